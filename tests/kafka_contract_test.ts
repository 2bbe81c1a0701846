/** The contract of the bus, kept by a real broker. */
import { Admin } from "@platformatic/kafka";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import { testBroker } from "./_kafka.ts";
import { busContract } from "../streaming/bus/_test_contract.ts";

const kafka = testBroker("tests/kafka_contract_test.ts");
const broker = await kafka.broker();

if (broker !== undefined) {
  const { bootstrap } = broker;
  busContract("KafkaBus", () => createKafkaBus({ bootstrap, warn() {} }), {
    // A function that has taken one message may be given more in one go than it can take.
    withinMs: 20_000,
    quietMs: 300,
    // Members in one process share one connection to the group.
    durable: true,
    // A broker has no idea of how full readers are.
    blocks: false,
    prepare: async (topic) => {
      const admin = new Admin({ clientId: "test", bootstrapBrokers: [bootstrap] });
      // In one partition all messages are in one order.
      await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }).catch(() => {});
      await admin.close();
    },
  });
}
