import assert from "node:assert/strict";
import { createRegistry } from "../../core/registry.ts";
import { catalog } from "../../skills/catalog.ts";
import type { PersonQuestion } from "../ui/terminal.ts";
import { permissionAnswer, permissionRequest } from "./permission.ts";

const place = { session: "s", call: "c", registry: createRegistry(catalog), root: "/ws" };

const question = (more: Partial<PersonQuestion["request"]>, rule = "approval.unset.execute") => ({
  request: { tool: "exec", effect: "execute", origin: "agent", needs: {}, ...more },
  decision: { verdict: "ask", rule, scope: "the scope", reason: "it starts a program" },
  preview: "",
} as PersonQuestion);

Deno.test("permissionRequest() offers always for the exact scope, and not for what may not be stored", () => {
  const kinds = (asked: PersonQuestion) =>
    permissionRequest(asked, place).options.map(({ kind, name }) => `${kind}: ${name}`);
  assert.deepEqual(kinds(question({ argv: ["ls", "-l"] })), [
    "allow_once: Allow once",
    "allow_always: Always allow exactly: the scope",
    "reject_once: Reject",
  ]);
  assert.equal(kinds(question({ argv: ["sh", "-c", "x"] })).length, 2);
  assert.equal(kinds(question({ needs: { write: [".git/config"] } }, "path.protected")).length, 2);
});

Deno.test("permissionRequest() shows controls in what is asked for", () => {
  const { toolCall } = permissionRequest(question({ argv: ["cat", "a\r\u202eb"] }), place);
  assert.equal(toolCall.kind, "execute");
  assert.doesNotMatch(JSON.stringify(toolCall), /\r|\u202e/);
  assert.match(toolCall.title ?? "", /\\u202e/);
});

Deno.test("permissionRequest() shows a preview whole, be it a diff or not", () => {
  const preview = `${"line\n".repeat(500)}last`;
  const { toolCall } = permissionRequest({ ...question({}), preview }, place);
  assert.match(JSON.stringify(toolCall.content?.at(-1)), /last/);
});

Deno.test("permissionAnswer() takes only what was offered; everything else is no", () => {
  const { options } = permissionRequest(question({ argv: ["sh", "-c", "x"] }), place);
  const answer = (optionId: string) =>
    permissionAnswer({ outcome: { outcome: "selected", optionId } }, options);
  assert.equal(answer("yes"), "yes");
  assert.equal(answer("no"), "no");
  assert.equal(answer("always"), "no");
  assert.equal(answer("nonsense"), "no");
  assert.equal(permissionAnswer({ outcome: { outcome: "cancelled" } }, options), "no");
});
