//! What may be shown without telling of a single person.
//!
//! A figure over fewer than five people is not shown, nor one from which a number of one to four people
//! can be worked out: those who have something, those who lack it, those of whom it is unknown. Whoever
//! knows the whole and the figures that are shown can subtract: so what is hidden together must itself
//! be showable and be of at least two groups, else more is hidden, the smallest group first.

/// Fewest people a figure may be about.
pub(super) const FEWEST: usize = 5;
/// Numbers that can be worked out from a figure, at most.
pub(super) const PARTS: usize = 5;

/// A count that is told where it is none, or of at least five people; absent for one to four.
pub(super) fn told(count: usize) -> Option<usize> {
    (!few(count)).then_some(count)
}

/// Whether a number tells of single people; nobody is no one.
pub(super) fn few(count: usize) -> bool {
    (1..FEWEST).contains(&count)
}

/// The people behind one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cell {
    /// People the figure is over.
    pub(super) people: usize,
    /// Numbers of people that a reader of this figure, of the group's size and of the other measures
    /// can work out.
    pub(super) parts: [usize; PARTS],
}

impl Cell {
    fn tells(self) -> bool {
        few(self.people) || self.parts.into_iter().any(few)
    }

    fn plus(mut self, other: Self) -> Self {
        self.people += other.people;
        self.parts.iter_mut().zip(other.parts).for_each(|(own, add)| *own += add);
        self
    }
}

/// All cells as one.
fn together(cells: impl Iterator<Item = Cell>) -> Cell {
    cells.fold(Cell::default(), Cell::plus)
}

/// Which figures of a column may be shown, and whether that of all may.
pub(super) fn shown(cells: &[Cell]) -> (Vec<bool>, bool) {
    let rest = |at: usize| {
        let others = cells.iter().enumerate().filter(|(other, _)| *other != at);
        together(others.map(|(_, cell)| *cell))
    };
    let mut shown: Vec<bool> = (0..cells.len())
        .map(|at| cells[at].people > 0 && !cells[at].tells() && !rest(at).tells())
        .collect();
    loop {
        let hidden: Vec<Cell> = cells
            .iter()
            .zip(&shown)
            .filter(|(cell, shown)| !**shown && (cell.people > 0 || cell.tells()))
            .map(|(cell, _)| *cell)
            .collect();
        let safe = hidden.len() != 1 && !together(hidden.into_iter()).tells();
        let smallest = (0..cells.len()).filter(|at| shown[*at]).min_by_key(|at| cells[*at].people);
        match smallest {
            Some(at) if !safe => shown[at] = false,
            _ => break,
        }
    }
    (shown, !together(cells.iter().copied()).tells())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(yes: usize, people: usize) -> Cell {
        Cell { people, parts: [yes, people - yes, 0, 0, 0] }
    }

    fn amount(people: usize) -> Cell {
        Cell { people, parts: [0; PARTS] }
    }

    #[test]
    fn a_small_figure_is_not_found_by_subtraction() {
        let cells = [amount(400), amount(300), amount(3)];
        assert_eq!(shown(&cells), (vec![true, false, false], true));
        let two_small = [amount(400), amount(300), amount(3), amount(2)];
        assert_eq!(shown(&two_small), (vec![true, true, false, false], true));
        let too_small = [amount(400), amount(300), amount(2), amount(2)];
        assert_eq!(shown(&too_small), (vec![true, false, false, false], true));
        assert_eq!(shown(&[amount(400), amount(4)]), (vec![false, false], true));
        assert_eq!(shown(&[amount(400), amount(0)]), (vec![true, false], true), "nobody is no one");
    }

    #[test]
    fn nobody_with_a_figure_is_hidden_where_it_tells_of_others() {
        // Nobody has a figure in the second group, but one person lacks it: were the third's shown, both
        // together would be known, and the one by what is known of them from another measure.
        let lacking = Cell { people: 0, parts: [0, 0, 1, 0, 0] };
        assert_eq!(shown(&[amount(400), lacking, amount(50)]).0, [false; 3]);
        let lacking = Cell { people: 0, parts: [0, 0, 9, 0, 0] };
        assert_eq!(shown(&[amount(400), lacking, amount(50)]).0, [true, false, true]);
    }

    #[test]
    fn a_share_that_few_have_or_lack_is_not_shown() {
        assert_eq!(shown(&[share(100, 400), share(2, 300)]).0, [false, false]);
        assert_eq!(shown(&[share(100, 400), share(298, 300)]).0, [false, false]);
        assert_eq!(shown(&[share(100, 400), share(0, 300)]), (vec![true, true], true));
        assert_eq!(shown(&[share(2, 400), share(1, 300)]), (vec![false, false], false));
        assert_eq!([told(0), told(1), told(4), told(5)], [Some(0), None, None, Some(5)]);
    }

    proptest! {
        #[test]
        fn what_is_hidden_together_could_be_shown(
            cells in prop::collection::vec((0_usize..30, 0_usize..30), 1..8)
        ) {
            let cells: Vec<Cell> =
                cells.into_iter().map(|(yes, no)| share(yes, yes + no)).collect();
            let (seen, _) = shown(&cells);
            let pick = |wanted: bool| {
                let of = cells.iter().zip(&seen).filter(move |(cell, seen)| {
                    **seen == wanted && cell.people > 0
                });
                of.map(|(cell, _)| *cell).collect::<Vec<_>>()
            };
            let (visible, hidden) = (pick(true), pick(false));
            prop_assert!(visible.iter().all(|cell| !cell.tells()));
            if !visible.is_empty() {
                prop_assert!(hidden.len() != 1);
                prop_assert!(!together(hidden.into_iter()).tells());
            }
        }
    }
}
