import { createMapper } from "segring";
import { createPair } from "segring/ring";

test("a project's test maps, and uses a ring", async () => {
  const mapper = await createMapper();
  expect(mapper.coalesce([{ addr: 0, length: 2 ** 33 }]).length).toBe(2);
  const pair = await createPair();
  pair.producer.push(0, 4096);
  pair.producer.close();
  expect([...pair.consumer.drain()]).toEqual([{ addr: 0n, length: 4096, flags: 0 }]);
});
