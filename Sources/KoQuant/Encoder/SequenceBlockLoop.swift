import Kernels

/// A whole layer, a block of sequences a task. Contexts, and queries, keys and values where they are held for all
/// heads, lie in a part of the batch's buffers that belongs to the worker, so that they stay in its cache from one
/// block to the next.
struct SequenceBlockLoop: ParallelLoop {
  var runner: LayerStepRunner
  let attention: Attention
  let heads: Int
  let plan: SequencePlan
  let memory: WorkerMemory

  func perform(index: Int, worker: Int) {
    let rows = plan.rows(ofBlock: index)
    if rows.isEmpty { return }
    let buffers = memory[worker]
    let share = worker * plan.largestBlock * runner.hiddenStride
    var runner = runner
    runner.firstRow = rows.lowerBound
    runner.context += share
    var attention = attention
    attention.context = runner.context

    if rows.count <= EncoderPlan.maximumRows && attention.headSize % Tile.outputs == 0 {
      attendHeadByHead(block: index, rows, runner, attention, buffers)
    } else {
      runner.queryKeyValue += 3 * share
      attention.queryKeyValue = UnsafePointer(runner.queryKeyValue)
      run(LayerStep.beforeAttention, runner, rows, buffers)
      for head in 0..<heads {
        attend(block: index, rows, attention, head: head, head * attention.headSize, buffers)
      }
    }
    run(LayerStep.afterAttention, runner, rows, buffers)
  }

  /// Queries, keys and values of a head are made when their turn comes.
  private func attendHeadByHead(
    block: Int, _ rows: Range<Int>, _ runner: LayerStepRunner, _ attention: Attention,
    _ buffers: WorkerBuffers
  ) {
    var attention = attention
    attention.queryKeyValue = UnsafePointer(buffers.headRows)
    attention.partStride = attention.headSize
    runner.run(.quantizeHidden, rows: rows, buffers: buffers)
    for head in 0..<heads {
      runner.queryKeyValue(head: head, rows: rows.count, buffers.headRows, buffers)
      attend(block: block, rows, attention, head: head, 0, buffers)
    }
  }

  private func attend(
    block: Int, _ rows: Range<Int>, _ attention: Attention, head: Int, _ place: Int, _ buffers: WorkerBuffers
  ) {
    for sequence in plan.sequences(ofBlock: block) {
      let tokens = plan.starts[sequence] - rows.lowerBound..<plan.starts[sequence + 1] - rows.lowerBound
      attention.run(tokens: tokens, head: head, place: place, buffers: buffers)
    }
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
