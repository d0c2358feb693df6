/**
 * The page's own script: draws every chart of the list into the element of its name. The drawing
 * that stands there already, if any, stays until the new one is ready. The page needs no script for
 * anything else.
 */
export const PAGE_SCRIPT = `
(function () {
  'use strict';
  var charts = JSON.parse(document.getElementById('chart-specs').textContent);
  charts.forEach(function (chart) {
    var place = document.getElementById('chart-' + chart.id);
    try {
      var fresh = document.createElement('div');
      var view = new vega.View(vega.parse(vegaLite.compile(chart.spec).spec), {
        renderer: 'svg', hover: true
      });
      view.initialize(fresh).runAsync().then(function () {
        place.replaceChildren(fresh);
        document.documentElement.dataset.charts =
          Number(document.documentElement.dataset.charts || 0) + 1;
      }, fail);
    } catch (error) { fail(error); }
    function fail(error) {
      if (!place.firstElementChild) place.textContent = 'This chart cannot be drawn: ' + error;
    }
  });
})();
`;
