import { testStoreContract } from "./_contract.ts";
import { openSqliteStore } from "./sqlite.ts";

const folder = await Deno.makeTempDir();
let stores = 0;
testStoreContract("openSqliteStore()", () => openSqliteStore(`${folder}/${++stores}.db`));
