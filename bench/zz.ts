import { benchShapes, benchGrowth } from "/tmp/wt/h18-sort/bench/union-shapes.ts";
const a=process.argv.slice(2).map(Number); benchShapes(a);
