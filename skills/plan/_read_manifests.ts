import { posix } from "node:path";
import type { Files } from "../../core/workspace/files.ts";
import { findProjects } from "../checks/find_projects.ts";

/** What one manifest says of its project; what it does not say is left out or empty. */
export interface Manifest {
  readonly path: string;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly license?: string | undefined;
  /** What it runs on: `node >= 18`. */
  readonly runtime: readonly string[];
  /** Name and version of each package it needs. */
  readonly dependencies: readonly string[];
  /** The same for those that only its development needs. */
  readonly devDependencies: readonly string[];
  /** Files and functions that are started or imported. */
  readonly entry: readonly string[];
}

const READERS: Readonly<Record<string, (text: string, path: string) => Manifest>> = {
  "deno.json": denoManifest,
  "deno.jsonc": denoManifest,
  "package.json": nodeManifest,
  "pyproject.toml": pythonManifest,
  "Cargo.toml": cargoManifest,
  "go.mod": goManifest,
};

const MOST_FOLDERS = 8;

/**
 * Reads the manifests of a workspace: deno.json, package.json, pyproject.toml, Cargo.toml, go.mod.
 * One that cannot be parsed says nothing but that it is there.
 *
 * @returns those of the root first.
 */
export async function readManifests(files: Files, signal: AbortSignal): Promise<Manifest[]> {
  const projects = await findProjects(files, { signal });
  const folders = [...new Set([".", ...projects.map(({ dir }) => dir)])].slice(0, MOST_FOLDERS);
  const found: Manifest[] = [];
  for (const folder of folders) {
    for (const [name, read] of Object.entries(READERS)) {
      const path = posix.join(folder, name);
      const text = await files.readText(path).catch(() => undefined);
      if (text !== undefined) found.push(read(text, path));
    }
  }
  return found;
}

function denoManifest(text: string, path: string): Manifest {
  const json = parseJson(text);
  const exported = typeof json["exports"] === "string" ? { ".": json["exports"] } : json["exports"];
  return {
    path,
    ...namesOf(json),
    runtime: ["deno"],
    dependencies: Object.values(recordOf(json["imports"])).filter(isExternal),
    devDependencies: [],
    entry: pairs(exported),
  };
}

function nodeManifest(text: string, path: string): Manifest {
  const json = parseJson(text);
  const bin = typeof json["bin"] === "string" ? { bin: json["bin"] } : json["bin"];
  const main = [json["main"], json["module"], json["browser"]].filter((it) =>
    typeof it === "string"
  );
  const exported = typeof json["exports"] === "string" ? { ".": json["exports"] } : json["exports"];
  const entry = [...main as string[], ...pairs(bin), ...pairs(exported)];
  return {
    path,
    ...namesOf(json),
    runtime: Object.entries(recordOf(json["engines"])).map(([name, range]) => `${name} ${range}`),
    dependencies: versions(json["dependencies"]),
    devDependencies: versions(json["devDependencies"]),
    // What node takes when nothing is said.
    entry: entry.length > 0 || json["private"] === true ? entry : ["index.js"],
  };
}

function pythonManifest(text: string, path: string): Manifest {
  const tables = parseToml(text);
  const project = tables.get("project") ?? tables.get("tool.poetry") ?? new Map();
  const python = project.get("requires-python");
  const groups = [
    ...tables.get("project.optional-dependencies") ?? [],
    ...tables.get("dependency-groups") ?? [],
  ];
  return {
    path,
    name: string(project.get("name")),
    version: string(project.get("version")) ??
      (/version/.test(project.get("dynamic") ?? "") ? "set when it is built" : undefined),
    license: string(project.get("license")) ??
      /text\s*=\s*"([^"]*)"/.exec(project.get("license") ?? "")?.[1],
    runtime: python === undefined ? [] : [`python ${string(python)}`],
    dependencies: strings(project.get("dependencies")),
    devDependencies: groups.flatMap(([, list]) => strings(list)),
    entry: [...tables.get("project.scripts") ?? []].map(([name, at]) => `${name}: ${string(at)}`),
  };
}

function cargoManifest(text: string, path: string): Manifest {
  const tables = parseToml(text);
  const project = tables.get("package") ?? new Map();
  const rust = string(project.get("rust-version"));
  const list = (table: string) =>
    [...tables.get(table) ?? []].map(([name, value]) =>
      `${name} ${string(value) ?? /version\s*=\s*"([^"]*)"/.exec(value)?.[1] ?? ""}`.trim()
    );
  return {
    path,
    name: string(project.get("name")),
    version: string(project.get("version")),
    license: string(project.get("license")),
    runtime: rust === undefined ? [] : [`rust ${rust}`],
    dependencies: list("dependencies"),
    devDependencies: list("dev-dependencies"),
    entry: ["src/main.rs or src/lib.rs"],
  };
}

function goManifest(text: string, path: string): Manifest {
  const required = [...text.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w./-]+)\s+(v\S+)(.*)$/gm)];
  const go = /^go\s+(\S+)/m.exec(text)?.[1];
  return {
    path,
    name: /^module\s+(\S+)/m.exec(text)?.[1],
    runtime: go === undefined ? [] : [`go ${go}`],
    dependencies: required.filter(([, , , note]) => !note!.includes("indirect"))
      .map(([, name, version]) => `${name} ${version}`),
    devDependencies: [],
    entry: [],
  };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return recordOf(JSON.parse(text.replace(/^\s*\/\/.*$/gm, "")));
  } catch {
    return {};
  }
}

function namesOf(json: Record<string, unknown>): Pick<Manifest, "name" | "version" | "license"> {
  const text = (key: string) => typeof json[key] === "string" ? json[key] : undefined;
  return { name: text("name"), version: text("version"), license: text("license") };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function versions(value: unknown): string[] {
  return Object.entries(recordOf(value)).map(([name, version]) => `${name} ${version}`);
}

function pairs(value: unknown): string[] {
  return Object.entries(recordOf(value)).flatMap(([name, path]) =>
    typeof path === "string" ? [`${name}: ${path}`] : []
  );
}

function isExternal(target: unknown): target is string {
  return typeof target === "string" && /^(?:npm|jsr|https?|node):/.test(target);
}

/** Tables by name, and in each the raw text of its values, lists of several lines as one. */
function parseToml(text: string): Map<string, Map<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  let table = new Map<string, string>();
  let open: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\[\]]+)\]\s*(?:#.*)?$/.exec(line)?.[1];
    if (open !== undefined) {
      table.set(open, `${table.get(open)} ${line.trim()}`);
      if (/^\s*[\]}]|\]\s*(?:#.*)?$/.test(line)) open = undefined;
    } else if (header !== undefined) {
      table = new Map();
      tables.set(header.trim(), table);
    } else {
      const [, key, value] = /^\s*["']?([\w.-]+)["']?\s*=\s*(.+)$/.exec(line) ?? [];
      if (key === undefined || value === undefined) continue;
      table.set(key, value.trim());
      if (/^[\[{]/.test(value) && !/[\]}]\s*(?:#.*)?$/.test(value)) open = key;
    }
  }
  return tables;
}

function string(raw: string | undefined): string | undefined {
  return /^["']([^"']*)["']/.exec(raw ?? "")?.[1];
}

function strings(raw: string | undefined): string[] {
  return [...(raw ?? "").replace(/#[^"\]]*(?=["\]])/g, "").matchAll(/"([^"]*)"|'([^']*)'/g)]
    .map(([, double, single]) => double ?? single!);
}
