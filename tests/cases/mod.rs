//! What the test crates share: the catalogue of integrals with known values, the judge of answers,
//! random numbers.

#![allow(
    dead_code,
    reason = "every test crate uses its own part of the catalogue"
)]

pub(crate) mod genz;
pub(crate) mod judge;
mod precise;
pub(crate) mod tree;

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, FRAC_PI_8, PI, TAU};

use pullback::{Error, Estimate, Map, MappedRegion, Parameters, Region, Settings};

/// An integral over a mapped region with its exact value.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: &'static str,
    /// The closed form that the exact values come from; evaluated with 40 digits, then rounded.
    pub(crate) source: &'static str,
    /// The equations of the map; empty where the variables are the targets.
    pub(crate) map: &'static str,
    pub(crate) limits: &'static str,
    pub(crate) integrands: &'static [&'static str],
    pub(crate) exact: &'static [f64],
    /// The accuracy that a user would ask for.
    pub(crate) rtol: f64,
}

impl Case {
    /// The case of this name.
    pub(crate) fn named(id: &str) -> &'static Case {
        let found = CASES.iter().find(|case| case.id == id);
        found.unwrap_or_else(|| panic!("there is no case `{id}`"))
    }

    /// The map over the region.
    pub(crate) fn domain(&self) -> Result<MappedRegion, Error> {
        mapped(self.map, self.limits)
    }

    pub(crate) fn integrate(&self, settings: &Settings) -> Result<Estimate, Error> {
        let domain = self.domain()?;
        domain.integrate_all(&domain.parse(self.integrands)?, settings)
    }
}

/// A map, or none where its text is empty, over limits.
pub(crate) fn mapped(map: &str, limits: &str) -> Result<MappedRegion, Error> {
    let region = Region::parse(limits)?;
    let variables: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let map = if map.is_empty() {
        Map::identity(&variables)?
    } else {
        Map::parse_with(map, &variables, &Parameters::new())?
    };
    map.over(&region)
}

/// [`mapped`], of texts that have no fault.
pub(crate) fn domain(map: &str, limits: &str) -> MappedRegion {
    mapped(map, limits).unwrap_or_else(|e| panic!("{map:?} over {limits:?}: {e}"))
}

/// G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// (2014): six lines of random numbers that never change.
pub(crate) struct SplitMix(pub(crate) u64);

impl SplitMix {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number in [lo, hi).
    pub(crate) fn within(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.unit()
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}

macro_rules! cases {
    ($($id:literal, $source:literal: $map:literal over $limits:literal
        $integrands:tt = $exact:tt, $rtol:literal;)*) => {
        /// The catalogue.
        pub(crate) const CASES: &[Case] = &[$(Case {
            id: $id,
            source: $source,
            map: $map,
            limits: $limits,
            integrands: &$integrands,
            exact: &$exact,
            rtol: $rtol,
        }),*];
    };
}

cases! {
    // One variable.
    "sub-tan", "sin(π/4)":
        "x = tan(u)"
        over "u = 0..pi/4"
        ["(1+x^2)^(-3/2)"] = [FRAC_1_SQRT_2], 1e-10;
    "sub-sine-semicircle", "half a unit disk: π/2":
        "x = sin(u)"
        over "u = -pi/2..pi/2"
        ["sqrt(1-x^2)"] = [FRAC_PI_2], 1e-10;
    "sub-cosine-decreasing", "2 sinh 1":
        "x = cos(u)"
        over "u = 0..pi"
        ["exp(x)"] = [2.3504023872876028], 1e-10;
    "sub-cube-removes-singularity", "f·|x′| = 3 on a range of length 2":
        "x = u^3"
        over "u = -1..1"
        ["abs(x)^(-2/3)"] = [6.0], 1e-9;
    "sub-power-arcsine", "the beta function B(5/2, 3/2) = π/16":
        "x = sin(u)^2"
        over "u = 0..pi/2"
        ["x^(3/2)*(1-x)^(1/2)"] = [0.19634954084936207], 1e-10;
    "sub-square-infinite", "Γ(1/2) = √π":
        "x = u^2"
        over "u = 0..inf"
        ["exp(-x)/sqrt(x)"] = [1.772453850905516], 1e-10;
    // The plane.
    "polar-disk-area", "π·1²":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..1, t = 0..2*pi"
        ["1"] = [PI], 1e-10;
    "polar-sector-xy", "∫r³ · ∫sin t cos t = 4 · 3/8":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..2, t = 0..pi/3"
        ["x*y"] = [1.5], 1e-10;
    "polar-one-over-r", "f·|det J| = 1 over 1 by 2π":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..1, t = 0..2*pi"
        ["1/sqrt(x^2+y^2)"] = [TAU], 1e-10;
    "polar-plane-wave-disk", "2π J₁(3)/3":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..1, t = 0..2*pi"
        ["cos(3*x)"] = [0.7101234221592589], 1e-10;
    "polar-cardioid-area", "∫(1 + cos t)²/2 = 3π/2":
        "x = r*cos(t), y = r*sin(t)"
        over "t = 0..2*pi, r = 0..1+cos(t)"
        ["1"] = [4.71238898038469], 1e-10;
    "polar-lemniscate-area", "∫cos(2t)/2 = 1/2":
        "x = r*cos(t), y = r*sin(t)"
        over "t = -pi/4..pi/4, r = 0..sqrt(cos(2*t))"
        ["1"] = [0.5], 1e-10;
    "elliptic-coords-area", "the ellipse with semi-axes cosh 1, sinh 1: π sinh 1 cosh 1":
        "x = cosh(m)*cos(n), y = sinh(m)*sin(n)"
        over "m = 0..1, n = 0..2*pi"
        ["1"] = [5.697059006443938], 1e-10;
    "parabolic-coulomb", "f·|det J| = 2 over 1 by 2":
        "x = u*v, y = (u^2-v^2)/2"
        over "u = 0..1, v = 0..2"
        ["1/sqrt(x^2+y^2)"] = [4.0], 1e-10;
    "bipolar-two-circles-area", "two circles of radii 1/sinh q: π (csch² ½ − csch² 3/2)":
        "x = sinh(q)/(cosh(q)-cos(s)), y = sin(s)/(cosh(q)-cos(s))"
        over "q = 0.5..1.5, s = 0..2*pi"
        ["1"] = [10.876603288481942], 1e-10;
    "log-polar-inverse-cube", "2π ∫e⁻ˢ = 2π (1 − 1/e)":
        "x = exp(s)*cos(t), y = exp(s)*sin(t)"
        over "s = 0..1, t = 0..2*pi"
        ["(x^2+y^2)^(-3/2)"] = [3.971730607597743], 1e-10;
    "affine-negative-det", "7 ∬(2u + v)(u − 3v) = 7 (2/3 − 5/4 − 1)":
        "x = 2*u+v, y = u-3*v"
        over "u = 0..1, v = 0..1"
        ["x*y"] = [-11.083333333333334], 1e-10;
    "trapezoid-exp-ratio", "3/2 sinh 1":
        "x = (u+v)/2, y = (u-v)/2"
        over "v = 1..2, u = -v..v"
        ["exp((x+y)/(x-y))"] = [1.7628017904657023], 1e-10;
    "duffy-triangle-one-over-r", "∫dv/√(1 + v²) = ln(1 + √2)":
        "x = u, y = u*v"
        over "u = 0..1, v = 0..1"
        ["1/sqrt(x^2+y^2)"] = [0.881373587019543], 1e-10;
    "diamond-exp-sum", "2 sinh 1":
        "x = (u+v)/2, y = (u-v)/2"
        over "u = -1..1, v = -1..1"
        ["exp(x+y)"] = [2.3504023872876028], 1e-10;
    "hyperbolas-solved-xy", "∫u · ∫1/2v = 3/2 · ln(3)/2":
        "x = sqrt(u/v), y = sqrt(u*v)"
        over "u = 1..2, v = 1..3"
        ["x*y"] = [0.8239592165010823], 1e-10;
    "parabolas-solved-from-zero", "∫₀¹∫(x + y) dy dx between x² and √x = 3/10":
        "x = cbrt(u*v^2), y = cbrt(u^2*v)"
        over "u = 0..1, v = 0..1"
        ["x+y"] = [0.3], 1e-8;
    "astroid-area", "3π/8":
        "x = r*cos(t)^3, y = r*sin(t)^3"
        over "r = 0..1, t = 0..2*pi"
        ["1"] = [1.1780972450961724], 1e-10;
    "cycloid-arch-area", "3π":
        "x = t-sin(t), y = v*(1-cos(t))"
        over "t = 0..2*pi, v = 0..1"
        ["1"] = [9.42477796076938], 1e-10;
    "conformal-square-distance", "4∬(u² + v²)² = 4 (31/5 + 2·7/9 + 1/5)":
        "x = u^2-v^2, y = 2*u*v"
        over "u = 1..2, v = 0..1"
        ["sqrt(x^2+y^2)"] = [31.822222222222223], 1e-10;
    "squircle-elliptical-grid-area", "the unit disk: π":
        "x = u*sqrt(1-v^2/2), y = v*sqrt(1-u^2/2)"
        over "u = -1..1, v = -1..1"
        ["1"] = [PI], 1e-10;
    "blend-between-parabolas", "∫x (x − x⁴)/2 = (1/3 − 1/6)/2":
        "x = u, y = (1-v)*u^2+v*sqrt(u)"
        over "u = 0..1, v = 0..1"
        ["x*y"] = [0.08333333333333333], 1e-9;
    "box-muller-normalisation", "f·|det J| = 1 over the unit square":
        "x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)"
        over "u = 0..1, v = 0..1"
        ["exp(-(x^2+y^2)/2)/(2*pi)"] = [1.0], 1e-9;
    "gaussian-disk", "π (1 − 1/e)":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..1, t = 0..2*pi"
        ["exp(-(x^2+y^2))"] = [1.9858653037988716], 1e-10;
    "wide-gaussian-disk", "2π (1 − 1/√e)":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..1, t = 0..2*pi"
        ["exp(-(x^2+y^2)/2)"] = [2.4722407777192266], 1e-10;
    "ellipse-x2", "π a³ b/4 with a = 3, b = 2":
        "x = 3*u*cos(v), y = 2*u*sin(v)"
        over "u = 0..1, v = 0..2*pi"
        ["x^2"] = [42.411500823462205], 1e-10;
    "conformal-square-y", "∬2uv · 4(u² + v²) = 2":
        "x = u^2-v^2, y = 2*u*v"
        over "u = 0..1, v = 0..1"
        ["y"] = [2.0], 1e-10;
    "hyperbolas-area", "∬1/2v = ln 3":
        "x = sqrt(u/v), y = sqrt(u*v)"
        over "u = 1..3, v = 1..3"
        ["1"] = [1.0986122886681098], 1e-10;
    "hyperbolas-and-lines-area",
        "\
        ∬1/√(v² + 4u) = ½∫(√(v² + 16) − √(v² + 4)) dv, \
         ∫√(v² + c²) = ½(v√(v² + c²) + c² arsinh(v/c))":
        "x = 2*u/(v+sqrt(v^2+4*u)), y = (v+sqrt(v^2+4*u))/2"
        over "u = 1..4, v = 0..2"
        ["1"] = [1.8653281283455654], 1e-10;
    "cardioid-by-its-map", "3π/2":
        "x = u*(1+cos(v))*cos(v), y = u*(1+cos(v))*sin(v)"
        over "u = 0..1, v = 0..2*pi"
        ["1"] = [4.71238898038469], 1e-10;
    "simplex-root-by-map", "∫√s/(1 + s)² = π/4 − 1/2":
        "x = u*(1-v), y = u*v"
        over "u = 0..1, v = 0..1"
        ["1/(sqrt(x+y)*(1+x+y)^2)"] = [0.28539816339744833], 1e-10;
    "simplex-root-by-limits", "∫√s/(1 + s)² = π/4 − 1/2":
        ""
        over "x = 0..1, y = 0..1-x"
        ["1/(sqrt(x+y)*(1+x+y)^2)"] = [0.28539816339744833], 1e-8;
    "plane-by-rational-maps", "(∫exp(−x²))² = π":
        "x = u/(1-u^2), y = v/(1-v^2)"
        over "u = -1..1, v = -1..1"
        ["exp(-x^2-y^2)"] = [PI], 1e-10;
    // Space.
    "cylinder-inertia", "2π · 2⁴/4 · 3 = 24π":
        "x = r*cos(t), y = r*sin(t), z = z"
        over "r = 0..2, t = 0..2*pi, z = 0..3"
        ["x^2+y^2"] = [75.39822368615503], 1e-10;
    "viviani-half-volume", "⅔∫(1 − sin³ t) = π/3 − 4/9":
        "x = r*cos(t), y = r*sin(t), z = z"
        over "t = 0..pi/2, r = 0..cos(t), z = -sqrt(1-r^2)..sqrt(1-r^2)"
        ["1"] = [0.6027531067521533], 1e-8;
    "spherical-ball-exp-cube", "4π (e − 1)/3":
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)"
        over "r = 0..1, p = 0..pi, t = 0..2*pi"
        ["exp((x^2+y^2+z^2)^(3/2))"] = [7.197522092111698], 1e-10;
    "ellipsoid-z2", "abc · c² · 4π/15 with a, b, c = 1, 2, 3":
        "x = r*sin(p)*cos(t), y = 2*r*sin(p)*sin(t), z = 3*r*cos(p)"
        over "r = 0..1, p = 0..pi, t = 0..2*pi"
        ["z^2"] = [45.23893421169302], 1e-10;
    "torus-volume", "2π² R a² with R = 2, a = 1":
        "x = (2+r*cos(p))*cos(t), y = (2+r*cos(p))*sin(t), z = r*sin(p)"
        over "r = 0..1, p = 0..2*pi, t = 0..2*pi"
        ["1"] = [39.47841760435743], 1e-10;
    "cone-potential-at-apex", "2π · ½ · (√2 − 1)":
        "x = w*r*cos(t), y = w*r*sin(t), z = w"
        over "w = 0..1, r = 0..1, t = 0..2*pi"
        ["1/sqrt(x^2+y^2+z^2)"] = [1.301290284568573], 1e-10;
    "ball-coulomb-outside", "the volume over the distance 2: (4π/3)/2":
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)"
        over "r = 0..1, p = 0..pi, t = 0..2*pi"
        ["1/sqrt(x^2+y^2+(z-2)^2)"] = [2.0943951023931957], 1e-10;
    "ball-inverse-square", "4π∫1 dr":
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)"
        over "r = 0..1, p = 0..pi, t = 0..2*pi"
        ["1/(x^2+y^2+z^2)"] = [12.566370614359172], 1e-10;
    "tetrahedron-rational", "½∫s²/(1 + s)³ = (ln 2 − 5/8)/2":
        "x = u*(1-v), y = u*v*(1-w), z = u*v*w"
        over "u = 0..1, v = 0..1, w = 0..1"
        ["(1+x+y+z)^(-3)"] = [0.03407359027997266], 1e-10;
    "hexahedron-trilinear", "1 − 1/100 − 1/50 − 1/150 + 3/2000":
        "x = u+0.2*v*w, y = v+0.1*u*w, z = w+0.3*u*v"
        over "u = 0..1, v = 0..1, w = 0..1"
        ["1"] = [0.9648333333333333], 1e-10;
    "cube-corner-potential", "three pyramids: 3/2 ln(2 + √3) − π/4":
        "x = u, y = u*v, z = u*w"
        over "u = 0..1, v = 0..1, w = 0..1"
        ["3/sqrt(x^2+y^2+z^2)"] = [1.1900386819897768], 1e-10;
    "ball-potential", "4π∫r dr = 2π":
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)"
        over "r = 0..1, p = 0..pi, t = 0..2*pi"
        ["1/sqrt(x^2+y^2+z^2)"] = [TAU], 1e-10;
    "ball-volume", "4π/3":
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)"
        over "r = 0..1, p = 0..pi, t = 0..2*pi"
        ["1"] = [4.188790204786391], 1e-10;
    "thin-torus-volume", "2π² R a² with R = 2, a = 1/2":
        "x = (2+r*cos(p))*cos(t), y = (2+r*cos(p))*sin(t), z = r*sin(p)"
        over "r = 0..1/2, p = 0..2*pi, t = 0..2*pi"
        ["1"] = [9.869604401089358], 1e-10;
    // Four and five variables.
    "hypersphere4-volume", "π²/Γ(3)":
        "x1 = r*cos(a1), x2 = r*sin(a1)*cos(a2), x3 = r*sin(a1)*sin(a2)*cos(a3), \
            x4 = r*sin(a1)*sin(a2)*sin(a3)"
        over "r = 0..1, a1 = 0..pi, a2 = 0..pi, a3 = 0..2*pi"
        ["1"] = [4.934802200544679], 1e-8;
    "simplex5-dirichlet-monomial", "2!/9! = 1/181440":
        "x1 = u1, x2 = (1-u1)*u2, x3 = (1-u1)*(1-u2)*u3, x4 = (1-u1)*(1-u2)*(1-u3)*u4, \
            x5 = (1-u1)*(1-u2)*(1-u3)*(1-u4)*u5"
        over "u1 = 0..1, u2 = 0..1, u3 = 0..1, u4 = 0..1, u5 = 0..1"
        ["x1*x2^2*x4"] = [5.5114638447971785e-06], 1e-6;
    "two-disks-mean-square-distance", "π² · 2 · ½":
        "x1 = r1*cos(t1), y1 = r1*sin(t1), x2 = r2*cos(t2), y2 = r2*sin(t2)"
        over "r1 = 0..1, t1 = 0..2*pi, r2 = 0..1, t2 = 0..2*pi"
        ["(x1-x2)^2+(y1-y2)^2"] = [9.869604401089358], 1e-8;
    // Limits only.
    "quarter-disk-x2y", "∫x² (1 − x²)/2 = 1/15":
        ""
        over "x = 0..1, y = 0..sqrt(1-x^2)"
        ["x^2*y"] = [0.06666666666666667], 1e-10;
    "triangle-sin-y2", "∫y sin y² = (1 − cos 1)/2":
        ""
        over "x = 0..1, y = x..1"
        ["sin(y^2)"] = [0.22984884706593015], 1e-10;
    "between-parabolas-linear", "∫x(1 − x²) + (1 + x²)² − 4x⁴ = 32/15":
        ""
        over "x = -1..1, y = 2*x^2..1+x^2"
        ["x+2*y"] = [2.1333333333333333], 1e-10;
    "tetrahedron-xyz", "Dirichlet: 1/6! = 1/720":
        ""
        over "x = 0..1, y = 0..1-x, z = 0..1-x-y"
        ["x*y*z"] = [0.001388888888888889], 1e-10;
    "half-ball-cartesian-volume", "2π/3":
        ""
        over "x = -1..1, y = -sqrt(1-x^2)..sqrt(1-x^2), z = 0..sqrt(1-x^2-y^2)"
        ["1"] = [2.0943951023931957], 1e-7;
    "simplex4-ordered-product", "(½)⁴/4! = 1/384":
        ""
        over "x1 = 0..1, x2 = 0..x1, x3 = 0..x2, x4 = 0..x3"
        ["x1*x2*x3*x4"] = [0.0026041666666666665], 1e-9;
    "disk-by-limits", "π":
        ""
        over "x = -1..1, y = -sqrt(1-x^2)..sqrt(1-x^2)"
        ["1"] = [PI], 1e-8;
    "ball4-by-limits", "π²/2":
        ""
        over "a = -1..1, b = -sqrt(1-a^2)..sqrt(1-a^2), c = -sqrt(1-a^2-b^2)..sqrt(1-a^2-b^2), \
            d = -sqrt(1-a^2-b^2-c^2)..sqrt(1-a^2-b^2-c^2)"
        ["1"] = [4.934802200544679], 0.001;
    // Several integrands.
    "vec-half-disk", "π/2, 2/3, π/8, π/8":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..1, t = 0..pi"
        ["1", "y", "y^2", "x^2"] = [FRAC_PI_2, 0.6666666666666666, FRAC_PI_8, FRAC_PI_8], 1e-10;
    "vec-tetrahedron", "Dirichlet: 1/3!, 1/4!, 1/5!, 2/5!":
        "x = u*(1-v), y = u*v*(1-w), z = u*v*w"
        over "u = 0..1, v = 0..1, w = 0..1"
        ["1", "x", "y*z", "x^2"]
            = [0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.016666666666666666], 1e-10;
    "vec-triangle-limits", "1/2, 1/3, 1/6, 1/8, e − 2":
        ""
        over "x = 0..1, y = 0..x"
        ["1", "x", "y", "x*y", "exp(x-y)"]
            = [0.5, 0.3333333333333333, 0.16666666666666666, 0.125, 0.7182818284590452], 1e-10;
    // Curves and surfaces.
    "curve-circle-length", "2π · 3":
        "x = 3*cos(t), y = 3*sin(t)"
        over "t = 0..2*pi"
        ["1"] = [18.84955592153876], 1e-10;
    "curve-conical-helix-length", "∫√(2 + t²) = √6 + arsinh √2":
        "x = t*cos(t), y = t*sin(t), z = t"
        over "t = 0..2"
        ["1"] = [3.5957055775637667], 1e-10;
    "curve-cycloid-arch", "∫2 sin(t/2) = 8":
        "x = t-sin(t), y = 1-cos(t)"
        over "t = 0..2*pi"
        ["1"] = [8.0], 1e-9;
    "curve-ellipse-perimeter", "the complete elliptic integral 8 E(m = 3/4)":
        "x = 2*cos(t), y = sin(t)"
        over "t = 0..2*pi"
        ["1"] = [9.688448220547675], 1e-10;
    "curve-torus-winding-4d", "√5 · 2π (½ + ½)":
        "x = cos(t), y = sin(t), z = cos(2*t), w = sin(2*t)"
        over "t = 0..2*pi"
        ["x^2+z^2"] = [14.049629462081453], 1e-10;
    "surface-sphere-area", "4π · 2²":
        "x = 2*sin(p)*cos(t), y = 2*sin(p)*sin(t), z = 2*cos(p)"
        over "p = 0..pi, t = 0..2*pi"
        ["1"] = [50.26548245743669], 1e-10;
    "surface-torus-z2", "∫sin² v (2 + cos v) dv · 2π = 4π²":
        "x = (2+cos(v))*cos(u), y = (2+cos(v))*sin(u), z = sin(v)"
        over "u = 0..2*pi, v = 0..2*pi"
        ["z^2"] = [39.47841760435743], 1e-10;
    "surface-paraboloid-cap-area", "π (5√5 − 1)/6":
        "x = r*cos(t), y = r*sin(t), z = r^2"
        over "r = 0..1, t = 0..2*pi"
        ["1"] = [5.330413500268973], 1e-10;
    "surface-sphere-inside-cylinder", "∫1 − sin t = π/2 − 1":
        "x = r*cos(t), y = r*sin(t), z = sqrt(1-r^2)"
        over "t = 0..pi/2, r = 0..cos(t)"
        ["1"] = [0.5707963267948967], 1e-7;
    "surface-moebius-strip-area",
        "∫√(Av² + 2cv + 1) dv in closed form (c = cos(u/2), \
        A = c² + 1/4), then one quadrature of 40 digits in u":
        "x = (1+v*cos(u/2))*cos(u), y = (1+v*cos(u/2))*sin(u), z = v*sin(u/2)"
        over "u = 0..2*pi, v = -0.4..0.4"
        ["1"] = [5.061538049124545], 1e-10;
    "wide-moebius-strip-area", "as the strip before it, of half-width 1/2":
        "x = (1+v*cos(u/2))*cos(u), y = (1+v*cos(u/2))*sin(u), z = v*sin(u/2)"
        over "u = 0..2*pi, v = -0.5..0.5"
        ["1"] = [6.353271398449985], 1e-10;
    "thin-torus-area", "4π² R a with R = 2, a = 1/2":
        "x = (2+cos(v)/2)*cos(u), y = (2+cos(v)/2)*sin(u), z = sin(v)/2"
        over "u = 0..2*pi, v = 0..2*pi"
        ["1"] = [39.47841760435743], 1e-10;
    "ellipsoid-area",
        "Legendre: 2πc² + 2πab/sin φ (E sin² φ + F cos² φ), cos φ = c/a, \
        m = a²(b² − c²)/(b²(a² − c²))":
        "x = 3*sin(p)*cos(t), y = 2*sin(p)*sin(t), z = cos(p)"
        over "p = 0..pi, t = 0..2*pi"
        ["1"] = [48.88214630258206], 1e-10;
    "helicoid-area", "2π∫√(1 + u²) = π (√2 + ln(1 + √2))":
        "x = u*cos(v), y = u*sin(v), z = v"
        over "u = 0..1, v = 0..2*pi"
        ["1"] = [7.211799724207047], 1e-10;
    // Infinite limits.
    "gaussian-plane", "π":
        ""
        over "x = -inf..inf, y = -inf..inf"
        ["exp(-(x^2+y^2))"] = [PI], 1e-10;
    "lower-infinite-gamma", "Γ(3) = 2":
        ""
        over "x = -inf..0"
        ["x^2*exp(x)"] = [2.0], 1e-10;
    "variable-limit-to-infinity", "∫y exp(−y²) = 1/2":
        ""
        over "x = 0..inf, y = x..inf"
        ["exp(-y^2)"] = [0.5], 1e-9;
    "polar-exp-minus-r", "2π Γ(2)":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..inf, t = 0..2*pi"
        ["exp(-sqrt(x^2+y^2))"] = [TAU], 1e-10;
    "hydrogen-2pz-norm", "∫r⁴e⁻ʳ · 4π/3 / 32π = 1":
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)"
        over "r = 0..inf, p = 0..pi, t = 0..2*pi"
        ["z^2*exp(-sqrt(x^2+y^2+z^2))/(32*pi)"] = [1.0], 1e-9;
    "hyperbolic-secant-squared", "2π∫r sech² r = 2π ln 2":
        "x = r*cos(t), y = r*sin(t)"
        over "r = 0..inf, t = 0..2*pi"
        ["1/cosh(sqrt(x^2+y^2))^2"] = [4.355172180607204], 1e-9;
    "surface-exponential-horn", "2π∫₀¹√(1 + s²) ds = π (√2 + arsinh 1)":
        "x = exp(-t)*cos(u), y = exp(-t)*sin(u), z = t"
        over "t = 0..inf, u = 0..2*pi"
        ["1"] = [7.211799724207047], 1e-9;
}
