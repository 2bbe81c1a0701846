import { closest } from "../closest.ts";

/** Question words and verbs of requests as other languages have them; enough to see what is asked. */
const LANGUAGES: readonly ReadonlyMap<string, string>[] = [
  table(
    "where:wo who:wer what:was which:welche,welcher,welches,welchen how:wie why:warum,wieso " +
      "when:wann is:ist,wird,wurde are:sind,werden the:der,die,das,den,dem,ein,eine,einen,mir,bitte " +
      "defined:definiert,deklariert implemented:implementiert,umgesetzt show:zeig,zeige,zeigt " +
      "explain:erkläre,erklär,erklärt find:suche,finde calls:ruft called:aufgerufen " +
      "imports:importiert used:benutzt,verwendet,genutzt changed:geändert class:klasse,klassen " +
      "function:funktion,funktionen method:methode,methoden file:datei,dateien folder:ordner " +
      "i:ich have:habe of:von,vom on:auf in:im list:liste run:führe,starte errors:fehler " +
      "hello:hallo thanks:danke help:hilfe",
  ),
  table(
    "where:dónde,donde who:quién,quien what:qué which:cuál,cuáles,cuales how:cómo why:porqué " +
      "is:está,esta,es are:están,son the:el,la,los,las,un,una,se,por,favor " +
      "defined:definido,definida,define,declarado,declarada implemented:implementado,implementada " +
      "show:muestra,muestre,mostrar,muéstrame explain:explica,explique,explicar find:busca,buscar " +
      "calls:llama,llaman imports:importa,importan used:usa,usan,utiliza,usado,usada " +
      "changed:cambié,cambiado,cambió class:clase,clases function:función,funciones " +
      "method:método,métodos file:archivo,fichero,archivos folder:carpeta of:de,del in:en " +
      "list:lista,listar run:ejecuta,ejecutar errors:errores hello:hola thanks:gracias help:ayuda",
  ),
  table(
    "where:où who:qui what:que,quoi which:quel,quelle,quels,quelles how:comment why:pourquoi " +
      "is:est are:sont the:le,la,les,un,une,moi defined:défini,définie implemented:implémenté " +
      "show:montre,montrer,affiche explain:explique,expliquer find:cherche,trouve calls:appelle " +
      "imports:importe used:utilise,utilisé class:classe function:fonction method:méthode " +
      "file:fichier folder:dossier of:de,du in:dans list:liste errors:erreurs hello:bonjour " +
      "thanks:merci help:aide",
  ),
];

/** Words of requests that are worth mending when mistyped. None is one letter from a common word. */
const MENDED =
  ("where which what show does defined definition implemented imports imported explain function " +
    "functions methods summary summarize version dependencies license licence commits history " +
    "uncommitted exceptions").split(" ");

/** Words that are right as they are. */
const RIGHT = new Set(
  ("were there here then that when whom why with words how who snow dose slow shot shop importer " +
    "importers import import_ method commit refined conversion versions define defines call calls")
    .split(" "),
);

/**
 * A request with its question words and verbs in plain English: those of German, Spanish and French
 * translated, mistyped ones mended. Names, paths and quoted text stay as they are.
 *
 * @example
 * ```ts ignore
 * plainWords("wo ist parse_line definiert?"); // "where is parse_line defined?"
 * ```
 */
export function plainWords(text: string): string {
  const language = languageOf(text);
  return text.replace(WORD, (word) => {
    const lower = word.toLowerCase();
    return language?.get(lower) ?? mended(lower) ?? word;
  });
}

/** Words that stand alone: no part of a path, a name or a quote. */
const WORD =
  /(?<![\p{L}\p{N}\p{M}_$./:#`"'@-])\p{L}[\p{L}\p{M}]*(?![\p{L}\p{N}_$/:#`"'@(-]|\.[\p{L}\p{N}])/gu;

/** The other language that most of the request's words belong to, by half of them or more. */
function languageOf(text: string): ReadonlyMap<string, string> | undefined {
  const words = text.slice(0, 500).toLowerCase().split(/[\s?!¿¡.,;:]+(?=\s|$)|\s+|[¿¡]/u).filter((
    word,
  ) => word !== "");
  const share = (table: ReadonlyMap<string, string>) =>
    words.filter((word) => table.has(word)).length / Math.max(1, words.length);
  const [best] = LANGUAGES.toSorted((a, b) => share(b) - share(a));
  return best !== undefined && share(best) >= 0.5 ? best : undefined;
}

function mended(word: string): string | undefined {
  if (word.length < 4 || word.length > 14 || MENDED.includes(word) || RIGHT.has(word)) return;
  const [near] = closest(word, MENDED.filter((right) => isSlip(word, right)), { limit: 1 });
  return near;
}

/** The same first letter, and one letter too many, too few or wrong, or two swapped. */
function isSlip(word: string, right: string): boolean {
  if (word[0] !== right[0] || Math.abs(word.length - right.length) > 1) return false;
  const swapped = [...right].some((_, i) =>
    word === right.slice(0, i) + (right[i + 1] ?? "") + right[i] + right.slice(i + 2)
  );
  if (swapped) return true;
  const [short, long] = word.length < right.length ? [word, right] : [right, word];
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  const rest = short.slice(short.length === long.length ? same + 1 : same);
  return right.length >= 5 && long.slice(same + 1) === rest;
}

function table(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(" ").flatMap((entry) => {
      const [plain = "", others = ""] = entry.split(":");
      return others.split(",").map((other): [string, string] => [other, plain]);
    }),
  );
}
