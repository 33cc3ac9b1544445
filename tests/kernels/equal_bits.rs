//! Equal bits on every backend, in every form and for every length; scalar products.

use crate::random::{Bits, From, Random, Signed, Whole};
use crate::{INF, MAX, NAN, NORMAL, SUBNORMAL, TINY, assert_same, backends};
use pullback::elementary::{Binary, Unary, fma, powi, select};
use pullback::program::kernels::Backend;

/// Numbers of every kind, with the special values among them.
fn assorted(random: &mut Random, length: usize) -> Vec<f64> {
    const SPECIAL: [f64; 14] = [
        0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, TINY, -SUBNORMAL, NORMAL, MAX, 1e300, -1e15, 0.5,
    ];
    (0..length)
        .map(|_| match random.bits() % 4 {
            0 => SPECIAL[random.bits() as usize % SPECIAL.len()],
            1 => Bits.draw(random),
            2 => Whole(-9.0, 9.0).draw(random),
            _ => From(-3.0, 3.0).draw(random),
        })
        .collect()
}

#[test]
fn every_kernel_gives_the_scalar_bits_for_every_length_and_form() {
    let mut random = Random(20_260_103);
    for length in [0, 1, 7, 8, 9, 255, 256] {
        let (a, b, c) = (
            assorted(&mut random, length),
            assorted(&mut random, length),
            assorted(&mut random, length),
        );
        let mut out = vec![0.0; length];
        for (backend, kernels) in backends() {
            for function in Unary::ALL {
                let wanted: Vec<f64> = a.iter().map(|&a| function.value(a)).collect();
                kernels.unary(function)(&a, &mut out);
                assert_same(&(backend, function, length), &out, &wanted);
            }
            for function in Binary::ALL {
                let label = (backend, function, length);
                let forms = kernels.binary(function);
                let pairs = a.iter().zip(&b);
                let wanted: Vec<f64> = pairs.map(|(&a, &b)| function.value(a, b)).collect();
                (forms.slices)(&a, &b, &mut out);
                assert_same(&label, &out, &wanted);
                for &s in b.iter().take(20) {
                    let wanted: Vec<f64> = a.iter().map(|&a| function.value(a, s)).collect();
                    (forms.slice_scalar)(&a, s, &mut out);
                    assert_same(&label, &out, &wanted);
                    let wanted: Vec<f64> = a.iter().map(|&a| function.value(s, a)).collect();
                    (forms.scalar_slice)(s, &a, &mut out);
                    assert_same(&label, &out, &wanted);
                }
            }
            for n in [
                -1000,
                -65,
                -64,
                -7,
                -2,
                -1,
                0,
                1,
                2,
                3,
                4,
                5,
                31,
                64,
                65,
                i32::MIN,
                i32::MAX,
            ] {
                let wanted: Vec<f64> = a.iter().map(|&a| powi(a, n)).collect();
                (kernels.powi)(&a, n, &mut out);
                assert_same(&(backend, "powi", n, length), &out, &wanted);
            }
            let triples = || a.iter().zip(&b).zip(&c).map(|((&a, &b), &c)| (a, b, c));
            let wanted: Vec<f64> = triples().map(|(a, b, c)| select(a, b, c)).collect();
            (kernels.select)(&a, &b, &c, &mut out);
            assert_same(&(backend, "select", length), &out, &wanted);
            let wanted: Vec<f64> = triples().map(|(a, b, c)| fma(a, b, c)).collect();
            (kernels.mul_add.slices)(&a, &b, &c, &mut out);
            assert_same(&(backend, "mul_add", length), &out, &wanted);
            let s = 0.7;
            let pairs = || a.iter().zip(&b).map(|(&a, &b)| (a, b));
            let wanted: Vec<f64> = pairs().map(|(a, b)| fma(a, b, s)).collect();
            (kernels.mul_add.plus_scalar)(&a, &b, s, &mut out);
            assert_same(&(backend, "plus_scalar", length), &out, &wanted);
            let wanted: Vec<f64> = pairs().map(|(a, c)| fma(a, s, c)).collect();
            (kernels.mul_add.times_scalar)(&a, s, &b, &mut out);
            assert_same(&(backend, "times_scalar", length), &out, &wanted);
            let wanted: Vec<f64> = a.iter().map(|&a| fma(a, s, -s)).collect();
            (kernels.mul_add.scalars)(&a, s, -s, &mut out);
            assert_same(&(backend, "scalars", length), &out, &wanted);
            let wanted: Vec<f64> = pairs().map(|(a, b)| fma(-a, b, -s)).collect();
            (kernels.minus_mul_add.plus_scalar)(&a, &b, s, &mut out);
            assert_same(&(backend, "minus_mul_add", length), &out, &wanted);
            let mut cosines = vec![0.0; length];
            (kernels.chebyshev)(&[s, -s, 0.5, 3.0], &a, &mut out);
            let wanted: Vec<f64> = a.iter().map(|&t| chebyshev(s, t)).collect();
            assert_same(&(backend, "chebyshev", length), &out, &wanted);
            (kernels.sin_cos)(&a, &mut out, &mut cosines);
            let sines: Vec<f64> = a.iter().map(|&a| Unary::Sin.value(a)).collect();
            assert_same(&(backend, "sin_cos", length), &out, &sines);
            let wanted: Vec<f64> = a.iter().map(|&a| Unary::Cos.value(a)).collect();
            assert_same(&(backend, "sin_cos", length), &cosines, &wanted);
        }
    }
}

#[test]
fn scalar_products_survive_cancellation_with_the_same_bits_everywhere() {
    let mut random = Random(20_260_105);
    for length in [0, 1, 7, 8, 9, 255] {
        let mut w: Vec<f64> = (0..length)
            .map(|_| From(-1.0, 1.0).draw(&mut random))
            .collect();
        let mut v: Vec<f64> = (0..length)
            .map(|_| Signed(1e-8, 1e8).draw(&mut random))
            .collect();
        // The same products again with the other sign: only the exact remainder is left.
        for i in 0..length {
            w.push(-w[i]);
            v.push(v[i]);
        }
        w.push(0.1);
        v.push(0.1);
        let mut first = None;
        for (backend, kernels) in backends() {
            let (sum, low, size) = (kernels.dot)(&w, &v);
            let bits = [sum, low, size].map(f64::to_bits);
            assert_eq!(*first.get_or_insert(bits), bits, "{backend:?}");
            // 0.1·0.1 remains; twice the precision leaves an error of 2⁻¹⁰⁰ of the magnitudes.
            let error = (sum + low - 0.1 * 0.1).abs();
            assert!(
                error <= f64::EPSILON * 0.01 + size * 1e-28,
                "{backend:?}: {error:e} of {size:e}"
            );
            assert!(size >= 0.01 && (length == 0 || size > 0.0101));
        }
    }
}

#[test]
fn a_backend_has_kernels_exactly_where_it_is_available() {
    let available = Backend::available();
    assert_eq!(available[0], Backend::Portable);
    assert_eq!(available.last(), Some(&Backend::best()));
    for backend in Backend::ALL {
        assert_eq!(
            backend.kernels().is_some(),
            available.contains(&backend),
            "{backend:?}"
        );
    }
}

#[test]
fn a_kernel_stops_at_the_shortest_slice() {
    for (_, kernels) in backends() {
        let mut out = [7.0; 4];
        kernels.unary(Unary::Neg)(&[1.0, 2.0], &mut out);
        assert_eq!(out, [-1.0, -2.0, 7.0, 7.0]);
        (kernels.binary(Binary::Pow).slices)(&[2.0, 2.0, 2.0], &[3.0], &mut out);
        assert_eq!(out, [8.0, -2.0, 7.0, 7.0]);
        (kernels.powi)(&[2.0; 9], 5, &mut out);
        assert_eq!(out, [32.0; 4]);
        assert_eq!((kernels.dot)(&[1.0; 9], &[2.0]).0, 2.0);
    }
}

/// s·T₀ − s·T₁ + T₂/2 + 3·T₃ by the backward recurrence.
fn chebyshev(s: f64, t: f64) -> f64 {
    let double = 2.0 * t;
    let second = double.mul_add(3.0, 0.5);
    let first = double.mul_add(second, -s - 3.0);
    t.mul_add(first, s - second)
}
