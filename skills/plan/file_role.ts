/** What a file is for. */
export type FileRole = "source" | "test" | "docs" | "config" | "ci" | "generated" | "other";

const SOURCE =
  /\.([cm]?[jt]sx?|pyi?|go|rs|java|kts?|scala|groovy|rb|php|cs|c|h|cc|cpp|cxx|hpp|m|swift|dart|lua|exs?|pl|jl|sh|bash|zsh|sql|vue|svelte)$/i;
const GENERATED =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|deno\.lock|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|go\.sum|composer\.lock|Gemfile\.lock)$|\.(min\.(js|css)|map|snap|lock)$|_pb2(_grpc)?\.py$|\.pb\.go$|\.g\.dart$|(^|\/)(generated|__generated__)\//;
const CI =
  /(^|\/)(\.github\/workflows\/|\.gitlab-ci\.yml$|\.circleci\/|\.travis\.yml$|azure-pipelines\.yml$|Jenkinsfile$|\.ci\/)/;
const DOCS = /\.(md|mdx|rst|adoc)$|(^|\/)(docs?\/.*\.txt|CHANGELOG|README|AUTHORS|CONTRIBUTING)$/i;
const CONFIG =
  /\.(jsonc?|ya?ml|toml|ini|cfg|conf|properties|xml|gradle|mk)$|(^|\/)(Makefile|Dockerfile[\w.-]*|Containerfile|Procfile|go\.mod|\.[\w.-]+rc(\.\w+)?|\.editorconfig|\.gitignore)$|(^|\/)[\w.-]+\.config\.[cm]?[jt]s$/i;
const TEST =
  /(^|\/)(tests?|__tests__|specs?|testing)\/|(^|\/)(_?test_[^/]+\.\w+|[^/]+_(test|spec)\.\w+|[^/]+\.(test|spec)\.\w+|[^/]*Tests?\.(java|kt|cs|scala)|conftest\.py)$/;

/**
 * Tells what a file is for, by its path alone.
 *
 * @param path relative to the root, with `/`.
 */
export function fileRole(path: string): FileRole {
  if (GENERATED.test(path)) return "generated";
  if (CI.test(path)) return "ci";
  if (DOCS.test(path)) return "docs";
  if (CONFIG.test(path)) return "config";
  if (!SOURCE.test(path)) return "other";
  return TEST.test(path) ? "test" : "source";
}

/**
 * Whether a text says at its top that a program wrote it.
 *
 * @param text of the file.
 */
export function isGenerated(text: string): boolean {
  return /\b(DO NOT EDIT|@generated|auto-?generated|generated (by|from))\b/i.test(
    text.slice(0, 600),
  );
}

/**
 * Whether a file measures rather than does.
 *
 * @param path relative to the root, with `/`.
 */
export function isBenchmark(path: string): boolean {
  return /(^|[/_.-])(bench|benchmarks?|perf)([/_.-]|$)/i.test(path);
}
