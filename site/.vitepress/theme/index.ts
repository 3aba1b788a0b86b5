import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";
import { Room } from "./room.js";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("Room", Room);
  },
} satisfies Theme;
