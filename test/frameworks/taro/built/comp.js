"use strict";const e=require("./taro.js");require("./babelHelpers.js"),Component(e.createRecursiveComponentConfig());
