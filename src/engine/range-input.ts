import type { PackedRecords } from "../core/input.js";
import type { Range } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { Columns } from "./columns.js";
import type { PageFrames } from "./page-frames.js";

/** What `coalesce` and `union` take. */
export type RangeInput = Iterable<Range> | SegmentTable | Columns | PageFrames | PackedRecords;
