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
    func word(_ row: Int) -> UnsafePointer<Int8> { words + Int(lookup.tokens[row]) * lookup.stride }
    for row in rows {
      // The table is too large for the caches, and words are in no order that the machine could guess.
      if row + 2 < rows.upperBound { lookup.fetch(word(row + 2)) }
      lookup.add(word(row), token: row)
    }
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

/// One product over few rows, a share of the output channels a task.
struct ChannelLoop: ParallelLoop {
  let runner: LayerStepRunner
  let step: LayerStep
  let rows: Range<Int>
  let panels: Int
  let parts: Int
  /// Shared by all workers: they read the same quantized rows and write disjoint channels.
  let buffers: WorkerBuffers
  /// For the scratch of each worker.
  let memory: WorkerMemory

  func perform(index: Int, worker: Int) {
    let share = panels * index / parts..<panels * (index + 1) / parts
    runner.run(
      step, rows: rows, panels: share, buffers: WorkerBuffers(buffers, scratchOf: memory[worker]))
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
    let head = index % heads
    attention.run(
      tokens: starts[sequence]..<starts[sequence + 1], head: head, place: head * attention.headSize,
      buffers: memory[worker])
  }
}

/// Hidden states to vectors, a sequence a task.
struct PoolingLoop: ParallelLoop {
  let step: PoolingStep
  let starts: UnsafeBufferPointer<Int>
  let hidden: UnsafePointer<Float>
  let vectors: UnsafeMutablePointer<Float>
  let normalize: Bool

  func perform(index: Int, worker: Int) {
    let size = step.configuration.hiddenSize
    step.run(
      hidden: hidden + starts[index] * Tile.stride(size), tokens: starts[index + 1] - starts[index],
      into: vectors + index * size, normalize: normalize)
  }
}
