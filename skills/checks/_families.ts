import { cargo } from "./_cargo.ts";
import type { Family } from "./_check.ts";
import { deno } from "./_deno.ts";
import { go } from "./_go.ts";
import { make } from "./_make.ts";
import { maven } from "./_maven.ts";
import { node } from "./_node.ts";
import { python } from "./_python.ts";

/** All families, those first that a project with several of them most likely means. */
export const FAMILIES: readonly Family[] = [deno, node, cargo, go, python, maven, make];
