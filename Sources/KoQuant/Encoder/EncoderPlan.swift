import Kernels

/// How a forward pass over a batch is cut into tasks. It never changes a bit of the result.
///
/// With many tokens each task takes a block of rows through all row-local steps of a layer, so that the wide
/// intermediate activations stay in the core's cache. With few tokens the threads share the output channels of
/// each product instead, so that the weights, which then dominate, are read once.
package struct EncoderPlan: Equatable {
  package enum Split { case rows, channels }

  /// Rows of one task at most: what the workspace of a worker holds.
  package static let maximumRows = 256
  /// Fewer rows than this reuse a weight tile too little to be worth a task of their own.
  package static let minimumRows = 24

  package let tokens: Int
  package let split: Split
  package let rowsPerBlock: Int

  /// - Parameter taskRows: rows of a task, at most `maximumRows`.
  package init(tokens: Int, threads: Int, taskRows: Int) {
    self.tokens = tokens
    let share = (tokens + threads - 1) / threads
    split =
      share < Self.minimumRows && threads > 1 && tokens <= WorkspaceLayout.intermediateRows
      ? .channels : .rows
    let blocksPerThread = (share + taskRows - 1) / taskRows
    rowsPerBlock = max(Self.minimumRows, (share + blocksPerThread - 1) / max(blocksPerThread, 1))
  }

  package var blocks: Int { (tokens + rowsPerBlock - 1) / rowsPerBlock }

  package func rows(ofBlock index: Int) -> Range<Int> {
    index * rowsPerBlock..<min(tokens, (index + 1) * rowsPerBlock)
  }
}
