/**
 * How a path is treated, by its name alone and even when nothing is there yet.
 *
 * - `denied`: secrets; never read, never written.
 * - `own`: the repository's database and our own state, policy and config; tools never write it.
 * - `protected`: files that make other programs do things; a write by the agent always asks.
 * - `normal`: everything else.
 */
export type PathClass = "normal" | "protected" | "own" | "denied";

/** A pattern matches whole names at any depth, and all below; `*` stands for part of one name. */
const DENIED = compile([
  ".env*",
  "*.pem *.key *.p12 *.pfx *.jks *.keystore *.kdbx *.ppk *.p8",
  "id_rsa* id_dsa* id_ecdsa* id_ed25519*",
  ".netrc _netrc .npmrc .pypirc .pgpass .my.cnf .htpasswd .git-credentials .vault-token",
  "credentials.json client_secret*.json service-account*.json service_account*.json",
  ".aws .ssh .gnupg .azure .gcloud .docker/config.json .kube/config .git/config .git/credentials",
  ".cargo/credentials* .gem/credentials .config/gh/hosts.yml .config/gcloud",
]);

/** Sample files that are meant to be read, though {@linkcode DENIED} fits their names. */
const SAMPLE = /(?:^|\/)\.env[^/]*\.(?:example|sample|template|dist)$/;

const OWN = compile([".git .dspy* .gepa* .grpo*"]);

const PROTECTED = compile([
  // Instructions that agents obey.
  "agents.md claude.md gemini.md .cursorrules .windsurfrules .clinerules copilot-instructions.md",
  ".claude .codex .gemini .opencode .mcp.json",
  // Editor settings: tasks, interpreters and hooks that run on opening a folder.
  ".vscode .idea .zed .fleet .cursor .devcontainer .devcontainer.json *.code-workspace",
  ".vimrc .nvimrc .nvim.lua .exrc .dir-locals.el *.sublime-project",
  // CI.
  ".github/workflows .github/actions .gitea/workflows .forgejo/workflows .gitlab-ci.yml .ci",
  ".circleci .buildkite .travis.yml .drone.yml .woodpecker* azure-pipelines* jenkinsfile*",
  "bitbucket-pipelines.yml appveyor.yml .appveyor.yml",
  // Scripts and hooks that package managers, git and shells start on their own.
  "package.json deno.json deno.jsonc .yarnrc* .pnpmfile.cjs .bazelrc .cargo/config*",
  ".gitmodules .gitattributes .gitconfig .husky .pre-commit-config.yaml lefthook* .lefthook*",
  ".mise.toml mise.toml .ripgreprc",
]);

/**
 * Says how a path is treated. Case, Unicode form, invisible characters and trailing dots make no
 * difference, since on some file systems they do not.
 *
 * @param path relative to the workspace's root, with `/`.
 */
export function classifyPath(path: string): PathClass {
  const folded = foldPath(path);
  if (DENIED.test(folded) && !SAMPLE.test(folded)) return "denied";
  if (OWN.test(folded)) return "own";
  return PROTECTED.test(folded) ? "protected" : "normal";
}

/** Whether a path is a secret: the part of {@linkcode classifyPath} that walks need, and fast. */
export function isSecretPath(path: string): boolean {
  const folded = foldPath(path);
  return DENIED.test(folded) && !SAMPLE.test(folded);
}

/** The one form under which paths that some file system takes for the same compare equal. */
export function foldPath(path: string): string {
  if (/^[\x21-\x7e]*$/.test(path)) return foldDots(path.toLowerCase());
  // Twice, since some letters meet only in upper case: U+017F is a small s, U+212A a capital K.
  const folded = path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
  return foldDots(folded.replace(/\p{Default_Ignorable_Code_Point}/gu, ""));
}

/** Windows drops dots and blanks at the end of a name, and knows `.git` as `git~1`. */
function foldDots(path: string): string {
  return path.replace(/(?<=[^/. ])[. ]+(?=\/|$)/g, "").replace(/(^|\/)git~\d(?=\/|$)/g, "$1.git");
}

function compile(lines: readonly string[]): RegExp {
  const names = lines.join(" ").split(" ").map((name) =>
    name.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")
  );
  return new RegExp(`(?:^|/)(?:${names.join("|")})(?:/|$)`);
}
