export { keepDistinct, openDistinct } from "./buckets-distinct";
export { uniteKeys } from "./buckets-keys";
export { BUCKETS_ABI } from "./buckets-layout";
export { look } from "./buckets-look";
export { openBuckets, partRecords } from "./buckets-part";
export { plan } from "./buckets-plan";
export { openSlots, uniteSlots } from "./buckets-slots";
