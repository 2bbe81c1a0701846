import { testStoreContract } from "./_test_contract.ts";
import { openMemoryStore } from "./memory.ts";

testStoreContract("openMemoryStore()", () => Promise.resolve(openMemoryStore()));
