import { testStoreContract } from "./_contract.ts";
import { openMemoryStore } from "./memory.ts";

testStoreContract("openMemoryStore()", () => Promise.resolve(openMemoryStore()));
