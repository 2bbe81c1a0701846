import assert from "node:assert/strict";
import { approvalOf, checkMode, firstMode, modesFor } from "./modes.ts";

Deno.test("modesFor() offers nothing wider than what was set, and all where nothing was", () => {
  const ids = (approval?: "auto" | "manual" | "edit" | "plan") =>
    modesFor({ approval }, "plan").availableModes.map(({ id }) => id);
  assert.deepEqual(ids("plan"), ["plan"]);
  assert.deepEqual(ids("manual"), ["plan", "manual"]);
  assert.deepEqual(ids("edit"), ["plan", "manual", "default", "edit"]);
  assert.deepEqual(ids("auto"), ["plan", "manual", "default", "edit", "auto"]);
  assert.deepEqual(ids(undefined), ids("auto"));
});

Deno.test("checkMode() refuses what is wider and what there is not", () => {
  assert.equal(checkMode("plan", { approval: "edit" }), "plan");
  assert.throws(() => checkMode("auto", { approval: "edit" }), {
    kind: "refused",
    rule: "approval.ceiling",
  });
  assert.throws(() => checkMode("yolo", { approval: undefined }), { kind: "usage" });
});

Deno.test("a session begins in the mode that was set; default stands for none", () => {
  assert.equal(firstMode({ approval: undefined }), "default");
  assert.equal(firstMode({ approval: "edit" }), "edit");
  assert.equal(approvalOf("default"), undefined);
  assert.equal(approvalOf("plan"), "plan");
});
