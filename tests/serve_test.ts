// `serve`: the status page alone, with tokens.
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";
import { freePort, startService } from "./_service.ts";

Deno.test("serve masks its own tokens and keys in the events it is sent", async () => {
  await using box = await sandbox();
  const [token, admin] = ["the-token-of-ann-000000", "the-key-of-the-admin-00"];
  await using serve = startService(box, ["serve", "--port", `${freePort()}`], {
    API_TOKENS: `${token}:viewer`,
    ADMIN_KEY: admin,
  });
  const { status } = await serve.until("service.start");
  const asAdmin = { "x-admin-key": admin };
  assert.equal((await fetch(`${status}/api/events/tail?topic=ui.action`)).status, 401);
  const sent = await fetch(`${status}/api/events`, {
    method: "POST",
    headers: { ...asAdmin, "content-type": "application/json" },
    body: JSON.stringify({ topic: "ui.action", event: { text: `${token} and ${admin}` } }),
  });
  assert.equal(sent.status, 200, await sent.text());
  const tail = await fetch(`${status}/api/events/tail?topic=ui.action`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.match(await tail.text(), /"text":"\[redacted\] and \[redacted\]"/);
  serve.kill("SIGINT");
  assert.equal((await serve.ended).code, 0);
  const kept = await box.read(".dspy_reports/events/ui_action.jsonl");
  assert.match(kept, /redacted/);
  for (const secret of [token, admin]) assert.ok(!kept.includes(secret));
});
