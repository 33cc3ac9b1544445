//! Several processes that work on the same problem: here threads that give each other bytes.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::sync::{Arc, Barrier, Mutex};

use pullback::{Checkpoint, Error, Estimate, Map, MappedRegion, Method, Ranks, Settings};

/// What ranks that are threads share.
struct Table {
    barrier: Barrier,
    messages: Mutex<Vec<Vec<u8>>>,
}

/// A rank that is a thread.
struct Rank {
    number: usize,
    table: Arc<Table>,
}

impl Ranks for Rank {
    fn rank(&self) -> usize {
        self.number
    }

    fn count(&self) -> usize {
        self.table.messages.lock().unwrap().len()
    }

    fn gather(&self, own: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        self.table.messages.lock().unwrap()[self.number] = own.to_vec();
        self.table.barrier.wait();
        let all = self.table.messages.lock().unwrap().clone();
        // Nobody may write again before all have read.
        self.table.barrier.wait();
        Ok(all)
    }
}

/// What each of so many ranks comes to.
fn by_ranks<T: Send>(count: usize, work: impl Fn(usize, Arc<dyn Ranks>) -> T + Sync) -> Vec<T> {
    let table = Arc::new(Table {
        barrier: Barrier::new(count),
        messages: Mutex::new(vec![Vec::new(); count]),
    });
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| {
                let table = Arc::clone(&table);
                let work = &work;
                scope.spawn(move || work(number, Arc::new(Rank { number, table })))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

fn cube(n: usize) -> MappedRegion {
    let names = &["x", "y", "z", "u", "v"][..n];
    let limits: Vec<String> = names.iter().map(|name| format!("{name} = 0..1")).collect();
    Map::identity(names)
        .unwrap()
        .over(&limits.join(", ")[..])
        .unwrap()
}

/// An integral that takes more than a few steps.
struct Case {
    name: &'static str,
    variables: usize,
    integrand: &'static str,
    settings: Settings,
}

fn cases() -> Vec<Case> {
    let settings = |method, rtol| Settings::new().method(method).rtol(rtol);
    vec![
        Case {
            name: "a fixed rule",
            variables: 3,
            integrand: "exp(sin(9*x*y*z))*sqrt(0.01 + abs(x - y^2))",
            settings: settings(Method::Gauss(vec![64]), 1e-10),
        },
        Case {
            name: "cells",
            variables: 3,
            integrand: "sqrt(abs(x - y*z + sin(20*x)/10))",
            settings: settings(Method::Cubature, 1e-4),
        },
        Case {
            name: "random samples",
            variables: 3,
            integrand: "sqrt(abs(x - y*z))",
            settings: settings(Method::MonteCarlo, 1e-3).max_evals(3_000_000),
        },
        Case {
            name: "scrambled points",
            variables: 5,
            integrand: "sqrt(abs(x - y*z)) + u*v",
            settings: settings(Method::Qmc, 1e-4).max_evals(3_000_000),
        },
        Case {
            name: "points through a learned map",
            variables: 4,
            integrand: "exp(-99*((x - y)^2 + (z - u)^2))",
            settings: settings(Method::Vegas, 1e-4).max_evals(3_000_000),
        },
        Case {
            name: "what auto tries",
            variables: 5,
            integrand: "1/(0.1 + (x - y)^2 + (z - u)^2 + abs(v - x*y))",
            settings: settings(Method::Auto, 1e-3).max_evals(2_000_000),
        },
    ]
}

impl Case {
    fn try_solve(&self, settings: &Settings) -> Result<Estimate, Error> {
        let cube = cube(self.variables);
        let integrands = cube.parse(&[self.integrand])?;
        Estimate::of(&cube, &integrands, settings)
    }

    fn solve(&self, settings: &Settings) -> Estimate {
        self.try_solve(settings).unwrap()
    }
}

fn assert_same(one: &Estimate, other: &Estimate, what: &str) {
    let bits = |answer: &Estimate| -> Vec<u64> {
        let numbers = answer.values.iter().chain(&answer.errors);
        numbers.map(|number| number.to_bits()).collect()
    };
    assert_eq!(bits(one), bits(other), "{what}: {one} and {other}");
    assert_eq!(one.evaluations, other.evaluations, "{what}");
    assert_eq!(one.method, other.method, "{what}");
}

#[test]
fn any_number_of_ranks_and_threads_gives_the_bits_of_one() {
    for case in cases() {
        let alone = case.solve(&case.settings);
        for (ranks, threads) in [(1, 2), (2, 1), (3, 2), (5, 1)] {
            let answers = by_ranks(ranks, |_, own| {
                case.solve(&case.settings.clone().threads(threads).among(own))
            });
            for answer in &answers {
                assert_same(&alone, answer, &format!("{} by {ranks} ranks", case.name));
            }
        }
    }
}

#[test]
fn ranks_share_the_work_out() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let counts: Vec<AtomicU64> = (0..3).map(|_| AtomicU64::new(0)).collect();
    let answers = by_ranks(3, |number, own| {
        let counted = |x: &[f64]| {
            counts[number].fetch_add(1, Ordering::Relaxed);
            (x[0] - x[1] * x[2]).abs().sqrt()
        };
        let settings = Settings::new().method(Method::Cubature).rtol(1e-4);
        cube(3).integrate_fn(counted, &settings.among(own)).unwrap()
    });
    let all = answers[0].evaluations as f64;
    for count in &counts {
        // What all do, the scan and the first cells, is little of it.
        let part = count.load(Ordering::Relaxed) as f64 / all;
        assert!((0.3..0.4).contains(&part), "{part}");
    }
}

#[test]
fn the_first_rank_keeps_steps_and_tells_the_others_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.checkpoint");
    for case in cases() {
        let alone = case.solve(&case.settings);
        for (ranks, run) in [(2, 0), (3, 1), (1, 2)] {
            let answers = by_ranks(ranks, |number, own| {
                let settings = case.settings.clone().among(own);
                match number {
                    0 => {
                        let checkpoint = Checkpoint::open(&path, case.name).unwrap();
                        case.solve(&settings.kept_in(&checkpoint))
                    }
                    _ => case.solve(&settings),
                }
            });
            for answer in &answers {
                assert_same(&alone, answer, &format!("{} in run {run}", case.name));
            }
        }
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_refused_checkpoint_ends_the_work_of_all_ranks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.checkpoint");
    let case = &cases()[1];
    let solve = |settings: &Settings| case.try_solve(settings);
    let kept = |settings: Settings| {
        let checkpoint = Checkpoint::open(&path, case.name).unwrap();
        settings.kept_in(&checkpoint)
    };
    solve(&kept(case.settings.clone())).unwrap();
    let answers = by_ranks(3, |number, own| {
        let settings = case.settings.clone().rtol(1e-2).among(own);
        solve(&if number == 0 {
            kept(settings)
        } else {
            settings
        })
    });
    assert!(matches!(&answers[0], Err(Error::Checkpoint { .. })));
    for answer in &answers[1..] {
        let Err(Error::Ranks { reason }) = answer else {
            panic!("{answer:?}");
        };
        assert!(reason.contains("begun with"), "{reason}");
    }
}

#[test]
fn a_lost_rank_is_an_error() {
    struct Lost;
    impl Ranks for Lost {
        fn rank(&self) -> usize {
            0
        }
        fn count(&self) -> usize {
            2
        }
        fn gather(&self, _: &[u8]) -> Result<Vec<Vec<u8>>, String> {
            Err("rank 1 is lost".to_owned())
        }
    }
    let case = &cases()[1];
    let settings = case.settings.clone().among(Arc::new(Lost));
    let answer = case.try_solve(&settings);
    let Err(error) = answer else {
        panic!("{answer:?}")
    };
    assert!(error.to_string().contains("rank 1 is lost"), "{error}");
}
