import { busContract } from "../bus/_test_contract.ts";
import { createKafkaBus } from "./kafka_bus.ts";

busContract("KafkaBus without Kafka", () => createKafkaBus());
