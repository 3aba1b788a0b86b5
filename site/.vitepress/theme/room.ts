/** Puts a room into a page. Rooms are plain modules: `mount(root)` fills an element and returns what takes all away again. */
import { defineComponent, h, onBeforeUnmount, onMounted, ref } from "vue";

type Mount = (root: HTMLElement) => () => void;

const ROOMS: Record<string, () => Promise<{ mount: Mount }>> = {
  map: () => import("../../rooms/map/index.js"),
  race: () => import("../../rooms/race/index.js"),
  ring: () => import("../../rooms/ring/index.js"),
};

/** An element with a room in it. */
type RoomRoot = HTMLElement & { leave?: () => void };

export const Room = defineComponent({
  props: { name: { type: String, required: true } },
  setup({ name }) {
    const place = ref<RoomRoot>();
    let left = false;
    onMounted(async () => {
      const { mount } = (await ROOMS[name]?.()) ?? {};
      const root = place.value;
      // The script of preload.ts may have been faster.
      if (!left && root !== undefined && mount !== undefined) root.leave ??= mount(root);
    });
    onBeforeUnmount(() => {
      left = true;
      place.value?.leave?.();
    });
    return () => h("div", { ref: place, class: ["room", `room-${name}`] });
  },
});
