/// A batch cut into blocks of whole sequences, each a task that takes its rows through a whole layer: attention needs no
/// barrier then, and queries, keys and values stay in the core's cache. It never changes a bit of the result.
///
/// A sequence belongs to the block in which its middle lies, so that no list of blocks is kept.
package struct SequencePlan {
  /// First token of each sequence, and the end of the last one.
  let starts: UnsafeBufferPointer<Int>
  package let blocks: Int
  /// Tokens of the largest block.
  package private(set) var largestBlock = 0
  private let tokensPerBlock: Int
  private var filledBlocks = 0

  /// Blocks of a plan for at most `tokens` tokens, at most.
  static func maximumBlocks(tokens: Int, threads: Int, rows: Int) -> Int {
    let share = (tokens + threads - 1) / threads
    return 2 * ((share + rows - 1) / rows) * threads
  }

  /// Nil when blocks of whole sequences would load the threads unevenly.
  ///
  /// - Parameters:
  ///   - starts: of a batch that is not empty.
  ///   - rows: tokens of a block, about; half of that where this makes the loads even.
  ///   - layers: layers that blocks go through without waiting for each other.
  package init?(starts: UnsafeBufferPointer<Int>, threads: Int, rows: Int, layers: Int) {
    let tokens = starts[starts.count - 1]
    let share = (tokens + threads - 1) / threads
    let fewest = (share + rows - 1) / rows
    for blocksPerThread in fewest...2 * fewest {
      let plan = SequencePlan(starts, blocks: blocksPerThread * threads)
      if threads == 1 || plan.isEven(tokens: tokens, threads: threads, layers: layers) {
        self = plan
        return
      }
    }
    return nil
  }

  /// Whether the busiest thread has at most a sixteenth more than an even share of the rows.
  private func isEven(tokens: Int, threads: Int, layers: Int) -> Bool {
    guard largestBlock * threads <= tokens else { return false }
    let share = (tokens + threads - 1) / threads
    let mostBlocks = (filledBlocks + threads - 1) / threads
    if mostBlocks * largestBlock - share <= share / 16 { return true }
    // Threads take the next block when they have done one, and so differ by one block in all layers together. That
    // takes more blocks than threads, else each would wait for the block that it had before.
    return filledBlocks > threads && (largestBlock + layers - 1) / layers <= share / 16
  }

  private init(_ starts: UnsafeBufferPointer<Int>, blocks: Int) {
    self.starts = starts
    self.blocks = blocks
    tokensPerBlock = (starts[starts.count - 1] + blocks - 1) / blocks
    for block in 0..<blocks {
      let count = rows(ofBlock: block).count
      largestBlock = max(largestBlock, count)
      filledBlocks += count > 0 ? 1 : 0
    }
  }

  package func sequences(ofBlock block: Int) -> Range<Int> {
    firstSequence(ofBlock: block)..<firstSequence(ofBlock: block + 1)
  }

  package func rows(ofBlock block: Int) -> Range<Int> {
    let sequences = sequences(ofBlock: block)
    return starts[sequences.lowerBound]..<starts[sequences.upperBound]
  }

  /// The first sequence whose middle lies in `block` or after it, by bisection.
  private func firstSequence(ofBlock block: Int) -> Int {
    var low = 0
    var high = starts.count - 1
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] + starts[middle + 1] < 2 * block * tokensPerBlock {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
