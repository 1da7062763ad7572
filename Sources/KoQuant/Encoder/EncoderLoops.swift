import Kernels

/// Two loops at once: the indices of the second follow those of the first, so that threads that find nothing
/// left of the first go on with the second.
struct Beside<First: ParallelLoop, Second: ParallelLoop>: ParallelLoop {
  let first: First
  /// Indices of the first loop.
  let firstCount: Int
  let second: Second

  func perform(index: Int, worker: Int) {
    if index < firstCount {
      first.perform(index: index, worker: worker)
    } else {
      second.perform(index: index - firstCount, worker: worker)
    }
  }
}

extension ThreadPool {
  /// Runs a loop and, beside it, what must be done with the weights of the next layer.
  func run<Loop: ParallelLoop>(count: Int, _ loop: Loop, beside load: SectionLoad?) {
    guard let load else { return run(count: count, loop) }
    run(count: count + load.count, Beside(first: loop, firstCount: count, second: load))
  }
}

/// Embedding lookup with the word table in memory, a block of rows a task.
struct EmbeddingLoop: ParallelLoop {
  let lookup: EmbeddingLookup
  let words: UnsafePointer<Int8>
  let plan: EncoderPlan

  func perform(index: Int, worker: Int) {
    let rows = plan.rows(ofBlock: index)
    for row in rows { lookup.add(words + Int(lookup.tokens[row]) * lookup.stride, token: row) }
    lookup.normalize(rows)
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

/// A whole layer, a block of sequences a task. Queries, keys, values and contexts of a block lie in a part of the
/// batch's buffers that belongs to the worker, so that they stay in its cache from one block to the next.
struct SequenceBlockLoop: ParallelLoop {
  let runner: LayerStepRunner
  let attention: Attention
  let heads: Int
  let plan: SequencePlan
  let memory: WorkerMemory

  func perform(index: Int, worker: Int) {
    let rows = plan.rows(ofBlock: index)
    if rows.isEmpty { return }
    let buffers = memory[worker]
    let stride = runner.hiddenStride
    var runner = runner
    runner.firstRow = rows.lowerBound
    runner.queryKeyValue += worker * plan.largestBlock * 3 * stride
    runner.context += worker * plan.largestBlock * stride
    var attention = attention
    attention.queryKeyValue = UnsafePointer(runner.queryKeyValue)
    attention.context = runner.context

    run(LayerStep.beforeAttention, runner, rows, buffers)
    for sequence in plan.sequences(ofBlock: index) {
      let tokens = plan.starts[sequence] - rows.lowerBound..<plan.starts[sequence + 1] - rows.lowerBound
      for head in 0..<heads { attention.run(tokens: tokens, head: head, buffers: buffers) }
    }
    run(LayerStep.afterAttention, runner, rows, buffers)
  }

  /// The buffers hold `maximumRows` at a time.
  private func run(
    _ steps: [LayerStep], _ runner: LayerStepRunner, _ rows: Range<Int>, _ buffers: WorkerBuffers
  ) {
    let parts = (rows.count + EncoderPlan.maximumRows - 1) / EncoderPlan.maximumRows
    let size = (rows.count + parts - 1) / parts
    var first = rows.lowerBound
    while first < rows.upperBound {
      let end = min(first + size, rows.upperBound)
      for step in steps { runner.run(step, rows: first..<end, buffers: buffers) }
      first = end
    }
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
