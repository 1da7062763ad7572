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

  /// Nil when blocks of whole sequences would load the threads unevenly.
  ///
  /// - Parameter starts: of a batch that is not empty.
  package init?(starts: UnsafeBufferPointer<Int>, threads: Int) {
    let tokens = starts[starts.count - 1]
    let share = (tokens + threads - 1) / threads
    let blocksPerThread = (share + EncoderPlan.preferredRows - 1) / EncoderPlan.preferredRows
    self.starts = starts
    blocks = blocksPerThread * threads
    tokensPerBlock = (tokens + blocks - 1) / blocks
    var filled = 0
    for block in 0..<blocks {
      let count = rows(ofBlock: block).count
      largestBlock = max(largestBlock, count)
      filled += count > 0 ? 1 : 0
    }
    guard threads > 1 else { return }
    // The time of the busiest thread is at most a sixteenth above an even share.
    let busiest = (filled + threads - 1) / threads * largestBlock
    if busiest - share > share / 16 || largestBlock * threads > tokens { return nil }
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
