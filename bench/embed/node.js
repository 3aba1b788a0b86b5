import * as segring from "../../dist/segring.min.js";
import { race } from "./race.js";

console.log(JSON.stringify(race(segring)));
