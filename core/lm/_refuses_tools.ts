/** What native calls are called as a whole; not one tool (`tools[0]`, `my-tools`) or its name. */
const TOOLS =
  /(?<![-\w.\]])(?:tools|tool[ _-](?:choice|calls?|calling|use)|function[ _-]call(?:s|ing)?|functions)(?![\w[]|[.-]\w)/
    .source;
const NOT =
  /(?:not|n't|never|no longer)(?: \w+)? (?:support|enabl|allow|permit|implement|availabl)|unsupported/
    .source;

/** How servers say it: before or after the word, as a field they do not know, as a switch to set. */
const WAYS: readonly RegExp[] = [
  new RegExp(`(?:${NOT}|(?:cannot|can't) use)[^.;]{0,40}?${TOOLS}`, "i"),
  new RegExp(`${TOOLS}["'\`]?(?: \\w+){0,5} (?:${NOT})`, "i"),
  new RegExp(`${TOOLS}["'\`]? (?:\\w+ )?requires? --`, "i"),
  /(?:unrecognized|unknown|unexpected) (?:request )?(?:argument|field|param|key|property)[^.;]{0,30}\b(?:tools|functions)\b(?!\[|\.\w)/i,
  // The lists of pydantic, which many servers pass on.
  /"(?:tools|functions)"\][^\]]{0,80}not permitted|not permitted[^[.]{0,20}\btools\b(?!\[|\.\w)/i,
  /no endpoints found that support tool/i,
];

/** What is said of one tool, of its schema or of several calls at once is no word on all tools. */
const ABOUT_ONE = /schema|keyword|parallel/i;

/**
 * Whether a server says that it takes no tools at all.
 *
 * @param said what it answered to a request with tools.
 */
export function refusesTools(said: string): boolean {
  return !ABOUT_ONE.test(said) && WAYS.some((way) => way.test(said));
}
