import { inBrowser, type Theme } from "vitepress";
// Without the font Inter: the fonts of the reader's system are there at once.
import DefaultTheme from "vitepress/theme-without-fonts";
import { startOffline } from "./offline.js";
import { Room } from "./room.js";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app, siteData }) {
    app.component("Room", Room);
    if (inBrowser) startOffline(siteData.value.base);
  },
} satisfies Theme;
