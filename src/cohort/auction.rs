//! The auction: people bid for seats until nobody wants to change (D. Bertsekas, *Auction algorithms
//! for network flow problems*, 1992, section 4, for seats that come several of a kind).
//!
//! Whoever has no place bids for what is worth most to them: as much more as it is worth more than the
//! second best, and a little (epsilon) on top. A seat of a full pool goes from the lowest bid; that
//! person bids again. Prices begin a little below those of the bound, so that few bids are needed, and
//! only rise. A pool may be left unfilled at its price; later changes fill it, and the bound holds at any
//! price.

use std::collections::VecDeque;

use super::flat::{Flat, NONE, Prices};

/// Bids a person on average after which an auction is given up: the bound says what is missing.
const MOST_BIDS: usize = 4_000;

/// What an auction ends with.
#[derive(Debug, Clone)]
pub(super) struct Auctioned {
    /// Option of each person.
    pub(super) choice: Vec<u32>,
    /// Prices, those of budget and groups as they were given.
    pub(super) prices: Prices,
    /// What is spent.
    pub(super) cost: u64,
}

struct Auction<'a> {
    flat: &'a Flat,
    prices: Prices,
    /// Worth of each option before seats.
    base: Vec<i64>,
    choice: Vec<u32>,
    /// Bids that hold a seat of each pool, a heap with the lowest on top.
    held: Vec<Vec<(i64, u32)>>,
    waiting: VecDeque<u32>,
}

/// Runs an auction at given prices; those of seats can only rise.
pub(super) fn auction(flat: &Flat, given: &Prices, epsilon: i64) -> Auctioned {
    let people = flat.people();
    let mut base = vec![0; flat.value.len()];
    for person in 0..people {
        for option in flat.options(person) {
            base[option as usize] = flat.base(person, option, given);
        }
    }
    let mut auction = Auction {
        flat,
        prices: given.clone(),
        base,
        choice: vec![NONE; people],
        held: vec![Vec::new(); flat.seats.len()],
        waiting: (0..people).map(|person| u32::try_from(person).unwrap_or(NONE)).collect(),
    };
    let mut left = MOST_BIDS.saturating_mul(people);
    while let Some(person) = auction.waiting.pop_front() {
        auction.bid(person, epsilon.max(1));
        left -= 1;
        if left == 0 {
            break;
        }
    }
    let taken = auction.choice.iter().filter(|option| **option != NONE);
    let cost = taken.map(|option| u64::from(flat.cost[*option as usize])).sum();
    Auctioned { choice: auction.choice, prices: auction.prices, cost }
}

impl Auction<'_> {
    fn bid(&mut self, person: u32, epsilon: i64) {
        // To have nothing is worth nothing.
        let (mut best, mut most, mut second) = (NONE, 0, 0);
        for option in self.flat.options(person as usize) {
            let paid: i64 =
                self.flat.pools(option).iter().map(|pool| self.prices.seats[*pool as usize]).sum();
            let net = self.base[option as usize] - paid;
            if net > most {
                (best, second, most) = (option, most, net);
            } else if net > second {
                second = net;
            }
        }
        if best == NONE {
            return;
        }
        self.choice[person as usize] = best;
        let pools = self.flat.pools(best);
        let raise = (most - second + epsilon) / i64::try_from(pools.len().max(1)).unwrap_or(1);
        for pool in pools {
            self.take_seat(*pool, person, raise);
        }
    }

    /// Gives a seat of a pool to a person, from the lowest bid where it is full.
    fn take_seat(&mut self, pool: u32, person: u32, raise: i64) {
        let at = pool as usize;
        let bid = self.prices.seats[at] + raise;
        let seats = self.flat.seats[at] as usize;
        if self.held[at].len() == seats
            && let Some((_, loser)) = pop(&mut self.held[at])
        {
            self.give_up(loser, pool);
            self.waiting.push_back(loser);
        }
        push(&mut self.held[at], (bid, person));
        if self.held[at].len() == seats {
            self.prices.seats[at] = self.held[at][0].0.max(self.prices.seats[at]);
        }
    }

    /// Takes the other seats of an option from somebody who has lost one of them. Their prices stay,
    /// so that bidding ends.
    fn give_up(&mut self, person: u32, lost: u32) {
        let option = std::mem::replace(&mut self.choice[person as usize], NONE);
        if option == NONE {
            return;
        }
        for pool in self.flat.pools(option).iter().filter(|pool| **pool != lost) {
            let held = &mut self.held[*pool as usize];
            if let Some(at) = held.iter().position(|(_, holder)| *holder == person) {
                held.swap_remove(at);
                held.sort_unstable();
            }
        }
    }
}

/// Puts a bid on a heap.
fn push(heap: &mut Vec<(i64, u32)>, bid: (i64, u32)) {
    let mut at = heap.len();
    heap.push(bid);
    while at > 0 {
        let parent = (at - 1) / 2;
        if heap[parent] <= heap[at] {
            break;
        }
        heap.swap(parent, at);
        at = parent;
    }
}

/// Takes the lowest bid from a heap.
fn pop(heap: &mut Vec<(i64, u32)>) -> Option<(i64, u32)> {
    if heap.is_empty() {
        return None;
    }
    let lowest = heap.swap_remove(0);
    let mut at = 0;
    loop {
        let children = [2 * at + 1, 2 * at + 2].into_iter().filter(|child| *child < heap.len());
        let Some(child) = children.min_by_key(|child| heap[*child]) else { break };
        if heap[at] <= heap[child] {
            break;
        }
        heap.swap(at, child);
        at = child;
    }
    Some(lowest)
}
