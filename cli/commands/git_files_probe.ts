import { byteString, compileIgnore } from "../../core/workspace/gitignore.ts";
import { STATE_PATHS } from "../../core/safety/jail.ts";
import { repositoryAbove } from "../repository_above.ts";
import type { Probe, ProbeResult } from "./doctor.ts";

/** Our files at a workspace's root: a folder can hide itself from git, a file cannot. */
const FILES = STATE_PATHS.filter((path) => /\.jsonl?$/.test(path));

/** Larger ignore files are not read. Bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Whether git shows files of ours as untracked, and the line that hides them. It is for the person to
 * run: `.git` and their `.gitignore` are not ours to write.
 *
 * @param root of the workspace.
 * @param env the launcher's environment: it tells where the user's own ignore file is.
 */
export function gitFilesProbe(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Probe {
  return {
    name: "git files",
    async run(): Promise<ProbeResult> {
      const isTop = await isThere(`${root}/.git`);
      const top = isTop ? root : repositoryAbove(root);
      if (top === undefined) return { status: "ok", detail: "no git repository here" };
      const ours: string[] = [];
      for (const file of FILES) if (await isThere(`${root}/${file}`)) ours.push(file);
      const rules = await rulesFor(root, top, env);
      const shown = ours.filter((file) =>
        !rules.some(({ folder, text }) =>
          compileIgnore(byteString(text)).decide(
            byteString(`${root}/${file}`.slice(folder.length + 1)),
            false,
          )
        )
      );
      if (shown.length === 0) return { status: "ok", detail: "nothing of ours is shown by git" };
      const isFolder = isTop && (await Deno.lstat(`${root}/.git`)).isDirectory;
      const exclude = isFolder ? ".git/info/exclude" : '"$(git rev-parse --git-path info/exclude)"';
      return {
        status: "warn",
        detail: `git status shows ${shown.join(", ")}: ours, and left out by git_add`,
        get: `to hide them: printf '%s\\n' ${FILES.join(" ")} >> ${exclude}`,
      };
    },
  };
}

/** An ignore file's text with the folder its paths begin in. */
interface Rules {
  readonly folder: string;
  readonly text: string;
}

/** All ignore files that can speak of a file in `root`. */
async function rulesFor(
  root: string,
  top: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Rules[]> {
  const folders = [top];
  for (const part of root.slice(top.length).split("/").filter((part) => part !== "")) {
    folders.push(`${folders.at(-1)}/${part}`);
  }
  const config = env.XDG_CONFIG_HOME || (env.HOME && `${env.HOME}/.config`);
  const files: [folder: string, file: string][] = [
    ...folders.map((folder): [string, string] => [folder, `${folder}/.gitignore`]),
    [top, `${top}/.git/info/exclude`],
    ...config ? [[top, `${config}/git/ignore`] as [string, string]] : [],
  ];
  const read = await Promise.all(files.map(async ([folder, file]) => {
    const info = await Deno.stat(file).catch(() => undefined);
    if (!info?.isFile || info.size > MOST_BYTES) return [];
    return [{ folder, text: await Deno.readTextFile(file).catch(() => "") }];
  }));
  return read.flat();
}

function isThere(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}
