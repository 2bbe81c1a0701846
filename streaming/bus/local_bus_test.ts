import { busContract } from "./_test_contract.ts";
import { createLocalBus } from "./local_bus.ts";

busContract("LocalBus", () => createLocalBus());
