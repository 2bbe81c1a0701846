/**
 * The command line of a tool, made from its catalog entry: flags, words, help.
 *
 * @module
 */

export { applicationConfig, exitCodeOf } from "./flags/application_config.ts";
export { commandFor, type CommandForOptions, type ToolCommandRunner } from "./flags/command_for.ts";
export { helpFor, type HelpOptions } from "./flags/help_for.ts";
export { inputFrom } from "./flags/input_from.ts";
export { normalizeArgv } from "./flags/normalize_argv.ts";
export { parametersFor, type ToolParameters } from "./flags/parameters_for.ts";
export { parseToolWords } from "./flags/parse_tool_words.ts";
export { shownName } from "./flags/shown_name.ts";
export { withHelpHint } from "./flags/with_help_hint.ts";
export { PROGRAM } from "./flags/program.ts";
