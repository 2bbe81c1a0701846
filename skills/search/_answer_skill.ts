import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import { missingFiles, namedPaths } from "../_named_paths.ts";
import { fitList } from "../_fit_text.ts";
import { bestLines } from "./_best_lines.ts";
import { contentWords } from "./_content_words.ts";

/** A part of a file that may hold the answer. */
export interface Passage {
  /** Relative to the root. */
  readonly path: string;
  /** Number of its first line, from 1. */
  readonly start: number;
  /** Its lines. */
  readonly text: string;
  /** Number of the line that answers, when it is known. Default: the one that says most. */
  readonly best?: number;
}

/** Input of the skills that answer questions. */
export interface QuestionInput {
  /** In plain words. */
  readonly question: string;
  /** What a search brought, best first. */
  readonly passages: readonly Passage[];
}

/** A place that an answer rests on. */
export interface Citation {
  /** Relative to the root. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The line as it stands there. */
  readonly text: string;
}

/** What the skills that answer questions give. */
export interface CitedAnswer {
  /** The answer; by rules empty, as the citations are the answer then. */
  readonly answer: string;
  /** Lines it rests on; each one was in a passage. */
  readonly citations: readonly Citation[];
  /** Places that a model cited and that it was not shown. */
  readonly dropped: readonly string[];
}

const PLACE = /([^\s:`"'()[\]]+):(\d+)(?:-\d+)?/;
const MOST_CITED = 6;
const LONGEST = 200;

/** A skill that answers from passages and cites them. */
export function answerSkill(
  name: string,
  instructions: string,
): Skill<QuestionInput, CitedAnswer> {
  return defineSkill({
    name,
    signature: sig(
      {
        question: z.string(),
        passages: z.string().describe("parts of files, each line after its place as path:line"),
        problem: z.string().optional().describe("what was wrong with the last answer"),
      },
      {
        answer: z.string().describe("one to five sentences"),
        citations: z.array(z.string()).describe("places the answer rests on, as path:line, copied"),
      },
      instructions,
    ),
    maxTokens: 800,
    give: ({ question, passages }: QuestionInput, room) => ({
      question: question.slice(0, Math.floor(room / 4)),
      passages: fitList(passages.map(numbered), Math.floor(room * 3 / 4)).join("\n\n"),
    }),
    async accept(told, { passages }, ctx): Promise<CitedAnswer> {
      const answer = told.answer.trim();
      if (answer === "") throw new UserError("failed", "its answer is empty");
      const known = new Set(passages.map(({ path }) => path));
      const invented = await missingFiles(namedPaths(answer), known, ctx);
      if (invented.length > 0) {
        throw new UserError("failed", `it speaks of files that are not here: ${invented}`);
      }
      const inline = answer.matchAll(new RegExp(PLACE, "g")).map(([place]) => place);
      const named = [...new Set([...told.citations, ...inline])];
      const citations = named.map((place) => citationOf(place, passages));
      const kept = distinct(citations.filter((each) => each !== undefined));
      if (kept.length === 0) throw new UserError("failed", "it cites no place that it was shown");
      const dropped = named.filter((_, i) => citations[i] === undefined);
      // A place that is not there says nothing, with whatever certainty.
      const bare = dropped.reduce(
        (text, place) => text.replaceAll(place, withoutLine(place)),
        answer,
      );
      return { answer: bare, citations: kept.slice(0, MOST_CITED), dropped };
    },
    local({ question, passages }) {
      const words = contentWords(question);
      const citations = passages.map(({ path, start, text, best: known }): Citation => {
        if (known !== undefined) {
          return citation(path, known, text.split("\n")[known - start] ?? "");
        }
        const end = text.split("\n").length;
        // The names of a table's columns answer nothing.
        const first = start === 1 && end > 1 && /\.[ct]sv$/i.test(path) ? 2 : 1;
        const { best } = bestLines(text, { start: first, end }, words, 0);
        return citation(path, start + best - 1, text.split("\n")[best - 1] ?? "");
      });
      return { answer: "", citations: distinct(citations).slice(0, MOST_CITED), dropped: [] };
    },
  });
}

function numbered({ path, start, text }: Passage): string {
  return text.split("\n").map((line, i) => `${path}:${start + i}: ${line.slice(0, LONGEST)}`)
    .join("\n");
}

function citationOf(place: string, passages: readonly Passage[]): Citation | undefined {
  const [, named = "", digits] = PLACE.exec(place) ?? [];
  const path = named.replace(/^\.\//, "");
  const line = Number(digits);
  for (const passage of passages) {
    const text = passage.text.split("\n")[line - passage.start];
    if (passage.path === path && line >= passage.start && text !== undefined) {
      return citation(path, line, text);
    }
  }
  return undefined;
}

function citation(path: string, line: number, text: string): Citation {
  return { path, line, text: text.trim().slice(0, LONGEST) };
}

function distinct(citations: readonly Citation[]): Citation[] {
  return [...new Map(citations.map((each) => [`${each.path}:${each.line}`, each])).values()];
}

function withoutLine(place: string): string {
  return place.replace(/:\d+(?:-\d+)?$/, "");
}
