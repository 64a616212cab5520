/** Numbers of one day after the other as lines. It draws with the page's own colours, and anew when those change. */
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTheme } from "../theme";

use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

export interface Line {
  name: string;
  color: string;
  dashed?: boolean;
  values: number[];
}

export default function Plot({ days, lines }: { days: string[]; lines: Line[] }) {
  const place = useRef<HTMLDivElement>(null);
  const [theme] = useTheme();
  useEffect(() => {
    if (!place.current) return;
    const plot = init(place.current, null, { renderer: "svg" });
    plot.setOption(drawn(days, lines));
    const watch = new ResizeObserver(() => plot.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      plot.dispose();
    };
  }, [days, lines, theme]);
  return <div className="plot" ref={place} aria-hidden="true" />;
}

function drawn(days: string[], lines: Line[]) {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const words = { color: token("--ink-3"), fontSize: 11.5 };
  return {
    animation: false,
    textStyle: { fontFamily: token("--font") },
    grid: { left: 4, right: 12, top: 8, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      backgroundColor: token("--surface"),
      borderColor: token("--line-2"),
      textStyle: { color: token("--ink"), fontSize: 12 },
    },
    xAxis: {
      type: "category",
      data: days,
      axisLabel: { ...words, hideOverlap: true },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token("--line-2") } },
    },
    yAxis: {
      type: "value",
      min: 0,
      minInterval: 1,
      splitNumber: 3,
      axisLabel: words,
      splitLine: { lineStyle: { color: token("--line") } },
    },
    series: lines.map((line) => ({
      type: "line",
      name: line.name,
      data: line.values,
      showSymbol: false,
      lineStyle: { width: 1.8, color: token(line.color), type: line.dashed ? "dashed" : "solid" },
      itemStyle: { color: token(line.color) },
    })),
  };
}
