#!/usr/bin/env node
// What npm installs as `ecsctl`: the bundle in dist when there is one, otherwise src.
import { start } from "./start.js";

start({});
