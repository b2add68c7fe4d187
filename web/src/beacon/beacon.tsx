import { useEffect, useRef } from 'react';
import type { LightPicture } from '../api/device-stream.js';
import type { PictureFeed } from '../api/picture-feed.js';
import { TEXTS } from '../texts.js';
import { CENTER, letterPosition, sectionPath } from './ring-geometry.js';
import { ringColor, sectionColors } from './section-colors.js';
import { SteadyLight } from './steady-light.js';

const SECTIONS = Array.from({ length: 12 }, (_, index) => index);
/** How often the steady light is painted, in milliseconds; it fades from one to the next. */
const STEADY_STEP = 1_000;

/** The beacon as a ring of twelve lamps, painted straight from the frames. */
export function Beacon(props: {
  readonly pictures: PictureFeed;
  readonly isSteady: boolean;
  readonly profile: string | undefined;
  readonly isLit: boolean;
}) {
  const drawing = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const svg = drawing.current;
    if (!svg) return undefined;
    return props.pictures.subscribe(
      props.isSteady ? steadyPainter(svg) : (picture) => paint(svg, picture.sections),
    );
  }, [props.pictures, props.isSteady]);
  const label = props.isLit ? TEXTS.beacon.alight(props.profile) : TEXTS.beacon.dark;
  return (
    <svg
      ref={drawing}
      className={props.isSteady ? 'beacon steady' : 'beacon'}
      viewBox="0 0 400 400"
      role="img"
      aria-label={label}
    >
      <defs>
        <radialGradient id="halo">
          <stop offset="0.2" stopColor="currentColor" stopOpacity="0.55" />
          <stop offset="1" stopColor="currentColor" stopOpacity="0" />
        </radialGradient>
        <filter id="bloom" x="-40%" y="-40%" width="180%" height="180%">
          <feGaussianBlur stdDeviation="9" />
        </filter>
      </defs>
      <circle className="halo" data-halo cx={CENTER} cy={CENTER} r="200" fill="url(#halo)" />
      <circle className="housing" cx={CENTER} cy={CENTER} r="186" />
      {SECTIONS.map((index) => (
        <path key={index} className="unlit" d={sectionPath(index)} />
      ))}
      <g filter="url(#bloom)" className="bloom">
        {SECTIONS.map((index) => (
          <path key={index} data-section={index} className="lit" d={sectionPath(index)} />
        ))}
      </g>
      {SECTIONS.map((index) => (
        <path key={index} data-section={index} className="lit" d={sectionPath(index)} />
      ))}
      <circle className="dome" cx={CENTER} cy={CENTER} r="110" />
      <circle className="dome-light" data-halo cx={CENTER} cy={CENTER} r="110" fill="url(#halo)" />
      {['A', 'B', 'C', 'D'].map((letter, direction) => (
        <text
          key={letter}
          className="direction"
          {...letterPosition(direction)}
          textAnchor="middle"
          dominantBaseline="central"
        >
          {letter}
        </text>
      ))}
    </svg>
  );
}

/** Paints at most once a second, and never darker while the same activity shows. */
function steadyPainter(svg: SVGSVGElement): (picture: LightPicture) => void {
  const light = new SteadyLight();
  let paintedAt = Number.NEGATIVE_INFINITY;
  let activityId: number | undefined;
  let isDue = false;
  return (picture) => {
    isDue = light.add(picture) || isDue;
    const now = performance.now();
    // Another activity shows at once, so that nobody waits for the light to go out.
    if (!isDue || (picture.activityId === activityId && now - paintedAt < STEADY_STEP)) return;
    activityId = picture.activityId;
    paintedAt = now;
    isDue = false;
    paint(svg, light.sections);
  };
}

function paint(svg: SVGSVGElement, sections: ArrayLike<number>): void {
  const colors = sectionColors(sections);
  for (const path of svg.querySelectorAll<SVGPathElement>('[data-section]')) {
    const { color, glow } = colors[Number(path.dataset['section'])] ?? { color: 'none', glow: 0 };
    path.style.fill = color;
    path.style.opacity = String(glow);
  }
  const ring = ringColor(sections);
  // A gradient takes currentColor from where it is defined, which is the drawing.
  svg.style.color = ring.color;
  for (const halo of svg.querySelectorAll<SVGCircleElement>('[data-halo]')) {
    halo.style.opacity = String(ring.glow);
  }
}
