/** Puts a room into a page. Rooms are plain modules: `mount(root)` fills an element and returns what takes all away again. */
import { defineComponent, h, onBeforeUnmount, onMounted, ref } from "vue";

type Mount = (root: HTMLElement) => () => void;

const ROOMS: Record<string, () => Promise<{ mount: Mount }>> = {
  map: () => import("../../rooms/map/index.js"),
  race: () => import("../../rooms/race/index.js"),
  ring: () => import("../../rooms/ring/index.js"),
};

export const Room = defineComponent({
  props: { name: { type: String, required: true } },
  setup({ name }) {
    const root = ref<HTMLElement>();
    let leave: (() => void) | undefined;
    let left = false;
    onMounted(async () => {
      const { mount } = (await ROOMS[name]?.()) ?? {};
      if (!left && root.value !== undefined) leave = mount?.(root.value);
    });
    onBeforeUnmount(() => {
      left = true;
      leave?.();
    });
    return () => h("div", { ref: root, class: ["room", `room-${name}`] });
  },
});
