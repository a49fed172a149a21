// What do the pages gain from a script? Comfort only: everything works without it.

import { watchForms } from "./forms.js";
import { watchMenus } from "./menus.js";
import { addToggles } from "./passwords.js";
import { fillTimeZone } from "./time_zone.js";

watchMenus(document);
addToggles(document);
watchForms(document);
fillTimeZone(document);
