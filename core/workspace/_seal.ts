/**
 * Puts a code on what we write into `.dspy`, so that a file which came with a repository is not
 * taken for ours: HMAC-SHA256 over the JSON text, under a key that is kept elsewhere.
 *
 * @param key 32 bytes in hex.
 * @returns the JSON text of the value with the code as its field `mac`.
 */
export async function sealed(key: string, value: object): Promise<string> {
  const text = JSON.stringify(value);
  const mac = await crypto.subtle.sign("HMAC", await importKey(key), encoder.encode(text));
  return JSON.stringify({ ...JSON.parse(text), mac: new Uint8Array(mac).toHex() });
}

/** Whether a parsed text carries the code that {@linkcode sealed} gave it under this key. */
export async function isSealed(key: string, json: unknown): Promise<boolean> {
  if (typeof json !== "object" || json === null) return false;
  const { mac, ...value } = json as Record<string, unknown>;
  if (typeof mac !== "string" || !/^[0-9a-f]{64}$/.test(mac)) return false;
  const text = encoder.encode(JSON.stringify(value));
  return await crypto.subtle.verify("HMAC", await importKey(key), Uint8Array.fromHex(mac), text);
}

const encoder = new TextEncoder();

function importKey(key: string): Promise<CryptoKey> {
  const bytes = Uint8Array.fromHex(key);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);
}
