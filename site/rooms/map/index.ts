/** The room "Map": ranges in, and the address space, the segments and the requests to look at. */
import { el } from "../dom.js";
import { Room } from "./room.js";
import "./style.css";

/** Fills an element with the room. @returns What takes the room away. */
export function mount(root: HTMLElement): () => void {
  const room = new Room();
  root.append(room.element, el("p", { id: "map-keys", class: "keys" }, KEYS));
  void room.open();
  return () => {
    room.close();
    root.replaceChildren();
  };
}

const KEYS =
  "In the drawing: wheel, pinch or the keys + and − zoom, dragging or the arrow keys move, Page Up and Page Down move by " +
  "a whole view, Home shows everything, End shows all 2^64 addresses, Enter chooses the segment in the middle.";
