//! Surpluses: what an interpolant of older nodes lacks at new ones, and the interpolant that they add
//! up to.
//!
//! H.-J. Bungartz, M. Griebel, "Sparse grids", Acta Numerica 13 (2004) 147–269.

/// Adds to `sums` at each place the surpluses times the products of functions, of which `tables`
/// has one table for each axis.
pub(crate) fn add_products(surpluses: &[f64], tables: &[&[f64]], sums: &mut [f64]) {
    let count = sums.len();
    let Some((table, others)) = tables.split_first() else {
        sums.iter_mut().for_each(|sum| *sum += surpluses[0]);
        return;
    };
    let rows = table.chunks_exact(count);
    let share = surpluses.len() / rows.len();
    if others.is_empty() {
        for (row, surplus) in rows.zip(surpluses) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(s, r)| *s += surplus * r);
        }
        return;
    }
    let mut inner = vec![0.0; count];
    for (row, surpluses) in rows.zip(surpluses.chunks_exact(share)) {
        inner.fill(0.0);
        add_products(surpluses, others, &mut inner);
        let products = inner.iter().zip(row);
        sums.iter_mut()
            .zip(products)
            .for_each(|(s, (i, r))| *s += i * r);
    }
}

/// What the interpolant along one axis lacks at its new nodes: `data` has `n` nodes along it, the
/// `old` ones first, and `outer` nodes along the axes before.
pub(crate) fn lacking(
    data: &[f64],
    interpolation: &[f64],
    outer: usize,
    [old, n]: [usize; 2],
) -> Vec<f64> {
    let inner = data.len() / (outer * n);
    let new = n - old;
    let mut lack = Vec::with_capacity(outer * new * inner);
    for block in data.chunks_exact(n * inner) {
        let (known, fresh) = block.split_at(old * inner);
        for (fresh, row) in fresh
            .chunks_exact(inner)
            .zip(interpolation.chunks_exact(old))
        {
            let begin = lack.len();
            lack.extend_from_slice(fresh);
            for (weight, known) in row.iter().zip(known.chunks_exact(inner)) {
                let pairs = lack[begin..].iter_mut().zip(known);
                pairs.for_each(|(l, k)| *l -= weight * k);
            }
        }
    }
    lack
}
