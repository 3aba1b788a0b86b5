/** A worker of a pool: `createPool` makes workers of this module. */
import { servePool } from "./serve.js";

servePool();
