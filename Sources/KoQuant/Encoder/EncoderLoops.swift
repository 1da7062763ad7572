import Kernels

/// Embedding lookup, a block of rows a task.
struct EmbeddingLoop: ParallelLoop {
  let lookup: EmbeddingLookup
  let plan: EncoderPlan
  let tokens: UnsafePointer<UInt32>
  let positions: UnsafePointer<UInt32>
  let hidden: UnsafeMutablePointer<Float>
  let stride: Int

  func perform(index: Int, worker: Int) {
    let rows = plan.rows(ofBlock: index)
    lookup.run(
      tokens: tokens + rows.lowerBound, positions: positions + rows.lowerBound, count: rows.count,
      into: hidden + rows.lowerBound * stride)
  }
}

/// Row-local steps, a block of rows a task: all steps of a block run on one worker, in its buffers.
struct RowBlockLoop: ParallelLoop {
  let runner: LayerStepRunner
  let steps: [LayerStep]
  let plan: EncoderPlan
  let memory: WorkerMemory

  func perform(index: Int, worker: Int) {
    let rows = plan.rows(ofBlock: index)
    for step in steps { runner.run(step, rows: rows, buffers: memory[worker]) }
  }
}

/// One product over few rows, a share of the output channels a task.
struct ChannelLoop: ParallelLoop {
  let runner: LayerStepRunner
  let step: LayerStep
  let rows: Range<Int>
  let panels: Int
  let parts: Int
  /// Shared by all workers: they read the same quantized rows and write disjoint channels.
  let buffers: WorkerBuffers

  func perform(index: Int, worker: Int) {
    let share = panels * index / parts..<panels * (index + 1) / parts
    runner.run(step, rows: rows, panels: share, buffers: buffers)
  }
}

/// Attention, a head of a sequence a task.
struct AttentionLoop: ParallelLoop {
  let attention: Attention
  let starts: UnsafeBufferPointer<Int>
  let heads: Int
  let memory: WorkerMemory

  func perform(index: Int, worker: Int) {
    let sequence = index / heads
    attention.run(
      tokens: starts[sequence]..<starts[sequence + 1], head: index % heads, buffers: memory[worker])
  }
}
