//! Weighted points in clusters: a mixture of Gaussians, as many as the points speak for.
//!
//! 1. Begin with the heaviest point and those that are heavy and far from it; expectation and maximisation in
//!    turn give each cluster its points, mean and covariance.
//! 2. One cluster more must raise the likelihood by more than its parameters are worth (Schwarz's criterion).
//!
//! A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm", J. R.
//! Statist. Soc. B 39 (1977) 1–38; G. Schwarz, "Estimating the dimension of a model", Ann. Statist. 6 (1978)
//! 461–464.

use super::gaussian::{Gaussian, LogDensity, effective};
use crate::deadline::Deadline;
use crate::elementary::Unary;
use crate::rule::vectors::exponentials;

/// The most clusters.
const MOST: usize = 8;

/// Turns of expectation and maximisation.
const TURNS: usize = 16;

/// A cluster has at least so many effective points for each axis.
const POINTS_PER_AXIS: f64 = 3.0;

/// A part of the points that is alike.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    pub(super) share: f64,
    pub(super) gaussian: Gaussian,
}

/// The clusters of points, one after the other, with weights; none where they do not spread.
pub(super) fn clusters(points: &[f64], weights: &[f64], dimension: usize) -> Vec<Cluster> {
    let Some(all) = Gaussian::of(points, weights, dimension) else {
        return Vec::new();
    };
    let counted = effective(weights);
    let worth = 0.5 * (dimension * (dimension + 3) / 2 + 1) as f64 * Unary::Ln.value(counted);
    let mut best = vec![Cluster {
        share: 1.0,
        gaussian: all.clone(),
    }];
    let Some(mut before) = likelihood(points, weights, dimension, &best) else {
        return best;
    };
    let mut seeds = vec![heaviest(weights)];
    for count in 2..=MOST {
        if counted < POINTS_PER_AXIS * (count * dimension) as f64 {
            break;
        }
        seeds.push(farthest(points, weights, dimension, &all, &seeds));
        let Some((found, now)) = maximised(points, weights, dimension, &all, &seeds) else {
            break;
        };
        if counted * (now - before) <= worth {
            break;
        }
        (best, before) = (found, now);
    }
    best
}

fn heaviest(weights: &[f64]) -> usize {
    let pairs = weights.iter().enumerate();
    pairs
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(k, _)| k)
}

/// The point that is heavy and far from those, by standard deviations along axes.
fn farthest(
    points: &[f64],
    weights: &[f64],
    dimension: usize,
    all: &Gaussian,
    seeds: &[usize],
) -> usize {
    let point = |k: usize| &points[k * dimension..(k + 1) * dimension];
    let distance = |a: usize, b: usize| {
        let pairs = point(a).iter().zip(point(b)).enumerate();
        let squares =
            pairs.map(|(i, (x, y))| (x - y) * (x - y) / all.covariance[i * dimension + i]);
        squares.sum::<f64>()
    };
    let merit = |k: usize| {
        let nearest = seeds
            .iter()
            .map(|&seed| distance(k, seed))
            .fold(f64::INFINITY, f64::min);
        weights[k] * nearest
    };
    let merits: Vec<f64> = (0..weights.len()).map(merit).collect();
    heaviest(&merits)
}

/// The clusters that begin at these points, and the mean logarithm of their density; `None` where they are no
/// clusters, or the time ends before.
fn maximised(
    points: &[f64],
    weights: &[f64],
    dimension: usize,
    whole: &Gaussian,
    seeds: &[usize],
) -> Option<(Vec<Cluster>, f64)> {
    let count = seeds.len();
    // Each as wide as its part of the whole.
    let narrower = Unary::Exp.value(-2.0 * Unary::Ln.value(count as f64) / dimension as f64);
    let mut found: Vec<Cluster> = seeds
        .iter()
        .map(|&seed| Cluster {
            share: 1.0 / count as f64,
            gaussian: Gaussian {
                mean: points[seed * dimension..(seed + 1) * dimension].to_vec(),
                covariance: whole.covariance.iter().map(|c| c * narrower).collect(),
            },
        })
        .collect();
    let all: f64 = weights.iter().sum();
    let deadline = Deadline::current();
    for _ in 0..TURNS {
        if deadline.has_come() {
            return None;
        }
        let mut densities = parts(points, dimension, &found)?;
        // Each with its own part of the weight of a point.
        for (parts, weight) in densities.chunks_exact_mut(count).zip(weights) {
            let scale = weight / parts.iter().sum::<f64>();
            parts.iter_mut().for_each(|part| *part *= scale);
        }
        for (k, cluster) in found.iter_mut().enumerate() {
            let own: Vec<f64> = densities.chunks_exact(count).map(|own| own[k]).collect();
            if effective(&own) < POINTS_PER_AXIS * dimension as f64 {
                return None;
            }
            cluster.share = own.iter().sum::<f64>() / all;
            cluster.gaussian = Gaussian::of(points, &own, dimension)?;
        }
    }
    let likelihood = likelihood(points, weights, dimension, &found)?;
    Some((found, likelihood))
}

/// The densities of the clusters with their shares, point by point, as parts of the largest.
fn parts(points: &[f64], dimension: usize, clusters: &[Cluster]) -> Option<Vec<f64>> {
    let logs = logarithms(points, dimension, clusters)?;
    let mut parts = logs;
    for of_point in parts.chunks_mut(clusters.len()) {
        let most = of_point.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        of_point.iter_mut().for_each(|log| *log -= most);
    }
    let logs = parts.clone();
    exponentials(&logs, &mut parts);
    Some(parts)
}

fn logarithms(points: &[f64], dimension: usize, clusters: &[Cluster]) -> Option<Vec<f64>> {
    let densities = clusters
        .iter()
        .map(|cluster| LogDensity::of(&cluster.gaussian));
    let densities = densities.collect::<Option<Vec<LogDensity>>>()?;
    let count = clusters.len();
    let mut logs = vec![0.0; points.len() / dimension * count];
    for (k, (density, cluster)) in densities.iter().zip(clusters).enumerate() {
        let share = Unary::Ln.value(cluster.share);
        for (logs, log) in logs.chunks_exact_mut(count).zip(density.at(points)) {
            logs[k] = log + share;
        }
    }
    Some(logs)
}

/// The mean logarithm of the density of a mixture.
fn likelihood(
    points: &[f64],
    weights: &[f64],
    dimension: usize,
    clusters: &[Cluster],
) -> Option<f64> {
    let logs = logarithms(points, dimension, clusters)?;
    let (mut sum, mut all) = (0.0, 0.0);
    for (logs, weight) in logs.chunks(clusters.len()).zip(weights) {
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let parts = logs.iter().map(|log| Unary::Exp.value(log - most));
        sum += weight * (most + Unary::Ln.value(parts.sum()));
        all += weight;
    }
    Some(sum / all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scatter::Scatter;

    /// Points around places, normal along both axes by Box and Müller.
    fn around(places: &[[f64; 2]], width: f64) -> Vec<f64> {
        let scattered = Scatter::golden(2).along_axes(1..301);
        let mut points = Vec::new();
        for (k, (u, v)) in scattered[0].iter().zip(&scattered[1]).enumerate() {
            let place = places[k % places.len()];
            let radius = width * (-2.0 * u.ln()).sqrt();
            let angle = std::f64::consts::TAU * v;
            points.extend([
                place[0] + radius * angle.cos(),
                place[1] + radius * angle.sin(),
            ]);
        }
        points
    }

    #[test]
    fn as_many_clusters_as_the_points_speak_for() {
        let places = [[0.2, 0.2], [0.8, 0.3], [0.4, 0.8]];
        for count in 1..=3 {
            let points = around(&places[..count], 0.05);
            let found = clusters(&points, &[1.0; 300], 2);
            assert_eq!(found.len(), count);
            for place in &places[..count] {
                let is_near = |c: &Cluster| {
                    let pairs = c.gaussian.mean.iter().zip(place);
                    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) < 0.02
                };
                assert!(found.iter().any(is_near), "{place:?} {found:?}");
            }
        }
    }
}
