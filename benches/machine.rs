//! What one core of this machine can do: the limits that other figures stand beside.
//!
//! * `machine/read`: GB/s at which a core adds up 4-byte numbers that lie in so many bytes: its own caches, the
//!   shared one, main memory.
//! * `machine/multiply`: GFLOP/s of multiplications with an addition on numbers in registers.
//!
//! Both in the widest registers that `pulp` finds, as the program's own loops; of [`ROUNDS`] rounds the best.

use std::{hint::black_box, time::Duration};

use pulp::{Arch, Simd, WithSimd};

use crate::times::time;

/// Bytes that are read.
const SIZES: [(&str, usize); 4] =
    [("32KiB", 32 << 10), ("256KiB", 256 << 10), ("8MiB", 8 << 20), ("256MiB", 256 << 20)];
/// Bytes read in a round, of small sizes again and again.
const ALL: usize = 1 << 30;
/// Registers that are worked on at once: enough that none waits for itself.
const REGISTERS: usize = 10;
/// Numbers that are multiplied in each of them.
const STEPS: usize = 1_000_000_000;
const ROUNDS: usize = 5;

/// Measures what the filter asks for; nothing where nothing is `measured`.
#[expect(clippy::print_stdout, reason = "as criterion does")]
pub(super) fn run(filter: &str, measured: bool) {
    if !measured || !("machine/read".contains(filter) || "machine/multiply".contains(filter)) {
        return;
    }
    for (name, bytes) in SIZES {
        let numbers = vec![1.0_f32; bytes / size_of::<f32>()];
        let again = ALL / bytes;
        let best = best(|| {
            for _ in 0..again {
                black_box(sum(black_box(&numbers)));
            }
        });
        println!("machine/read/{name}: {:.0} GB/s", (again * bytes) as f64 / best / 1e9);
    }
    let best = best(|| {
        black_box(multiplied(black_box(1.000_000_1), STEPS));
    });
    println!("machine/multiply: {:.0} GFLOP/s", (2 * REGISTERS * STEPS) as f64 / best / 1e9);
}

fn best(mut work: impl FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| time(&mut work));
    rounds.min().unwrap_or(Duration::MAX).as_secs_f64()
}

fn sum(numbers: &[f32]) -> f32 {
    Arch::new().dispatch(Sum(numbers))
}

fn multiplied(by: f32, steps: usize) -> f32 {
    Arch::new().dispatch(Multiplied { by, steps })
}

/// Adds numbers up.
struct Sum<'a>(&'a [f32]);

impl WithSimd for Sum<'_> {
    type Output = f32;

    #[expect(clippy::inline_always, reason = "only inlined it is compiled for the registers")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let (registers, _) = S::as_simd_f32s(self.0);
        let mut sums = [simd.splat_f32s(0.0); REGISTERS];
        for group in registers.as_chunks::<REGISTERS>().0 {
            for (sum, numbers) in sums.iter_mut().zip(group) {
                *sum = simd.add_f32s(*sum, *numbers);
            }
        }
        sums.into_iter().map(|sum| simd.reduce_sum_f32s(sum)).sum()
    }
}

/// Multiplies and adds, again and again.
struct Multiplied {
    by: f32,
    steps: usize,
}

impl WithSimd for Multiplied {
    type Output = f32;

    #[expect(clippy::inline_always, reason = "only inlined it is compiled for the registers")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let by = simd.splat_f32s(self.by);
        let mut numbers = [by; REGISTERS];
        let width = size_of::<S::f32s>() / size_of::<f32>();
        for _ in 0..self.steps / width {
            for number in &mut numbers {
                *number = simd.mul_add_e_f32s(*number, by, by);
            }
        }
        numbers.into_iter().map(|number| simd.reduce_sum_f32s(number)).sum()
    }
}
