import Kernels
import KoQuant

/// Rounds the rows of a matrix with error feedback.
///
/// 64 rows at a time, and inputs in blocks of 64: what all finished blocks feed back to a block is one product of
/// the float kernels, what a block feeds back to itself is added input by input.
struct FeedbackRounding {
  private static let width = 64
  private static let panels = width / Tile.lanes

  private let feedback: ErrorFeedback
  private let balance: [Float]
  private let kernels: KernelTable
  private let pool: ThreadPool
  /// See `ErrorFeedback.coefficients`.
  private let coefficients: AlignedBuffer
  /// Per thread: weights and errors, [4 panels][inputs][16] each, and the fed back errors of a block, 64 x 64.
  private let workspaces: AlignedBuffer

  init(
    _ feedback: ErrorFeedback, balance: [Float], kernels: KernelTable, pool: ThreadPool
  ) throws(SystemError) {
    self.feedback = feedback
    self.balance = balance
    self.kernels = kernels
    self.pool = pool
    coefficients = try feedback.coefficients(balance: balance, pool: pool)
    workspaces = try AlignedBuffer(
      count: pool.threads * Self.workspaceSize(feedback), of: Float.self, zeroed: false)
  }

  private static func workspaceSize(_ feedback: ErrorFeedback) -> Int {
    width * (2 * feedback.stride + width)
  }

  /// - Parameter means: of the balanced inputs; the mean error of an output goes into its bias.
  /// - Complexity: O(inputs² · outputs).
  func round(_ channels: [FloatLinear.Channel], means: [Float], into result: QuantizedLinear) {
    let size = Self.workspaceSize(feedback)
    pool.run(count: (channels.count + Self.width - 1) / Self.width) { task, worker in
      let rows = Rows(
        channels: channels[task * Self.width..<min((task + 1) * Self.width, channels.count)],
        memory: workspaces.start(of: Float.self) + worker * size, stride: feedback.stride)
      let scales = prepare(rows, for: result)
      for first in stride(
        from: (feedback.order.count - 1) / Self.width * Self.width, through: 0, by: -Self.width)
      {
        let block = first..<min(first + Self.width, feedback.order.count)
        feedBack(to: block, rows)
        for place in block.reversed() { round(place, in: block, rows, scales, into: result) }
      }
      finish(rows, scales, means, into: result)
    }
  }

  /// Rows that are rounded together, by place and lane.
  private struct Rows {
    let channels: ArraySlice<FloatLinear.Channel>
    /// [4 panels][stride][16]: balanced weights.
    let weights: UnsafeMutablePointer<Float>
    /// [4 panels][stride][16]: rounding errors so far, zeros where nothing is rounded yet.
    let errors: UnsafeMutablePointer<Float>
    /// 64 places x 64 rows: what finished blocks feed back.
    let fedBack: UnsafeMutablePointer<Float>
    let stride: Int

    init(channels: ArraySlice<FloatLinear.Channel>, memory: UnsafeMutablePointer<Float>, stride: Int) {
      self.channels = channels
      self.stride = stride
      weights = memory
      errors = memory + FeedbackRounding.width * stride
      fedBack = errors + FeedbackRounding.width * stride
    }

    func offset(_ place: Int, panel: Int) -> Int { (panel * stride + place) * Tile.lanes }
  }

  /// Fills in the balanced weights and returns the scales of each row, zeros for rows that are missing.
  private func prepare(_ rows: Rows, for result: QuantizedLinear) -> [ChannelScales] {
    rows.weights.update(repeating: 0, count: 2 * Self.width * rows.stride)
    let inverses = balance.map { 1 / $0 }
    return (0..<Self.width).map { lane in
      guard lane < rows.channels.count else { return ChannelScales(scale: 0) }
      let source = rows.channels[rows.channels.startIndex + lane].weights
      let weights = zip(source, inverses).map { $0 * $1 }
      let target = rows.weights + rows.offset(0, panel: lane / Tile.lanes) + lane % Tile.lanes
      for (place, input) in feedback.order.enumerated() { target[place * Tile.lanes] = weights[input] }
      return weights.withUnsafeBufferPointer(result.bestScales)
    }
  }

  /// What the errors of all places behind `block` ask of its places.
  private func feedBack(to block: Range<Int>, _ rows: Rows) {
    kernels.floats.multiplyFloat(
      MultiplyFloat(
        a: coefficients.start(of: Float.self) + block.lowerBound * rows.stride, aStride: rows.stride,
        b: rows.errors, c: rows.fedBack, cStride: Self.width, rows: block.count, columns: Self.width,
        inner: rows.stride))
  }

  /// Rounds one input of all rows.
  private func round(
    _ place: Int, in block: Range<Int>, _ rows: Rows, _ scales: [ChannelScales], into result: QuantizedLinear
  ) {
    let group = feedback.order[place] / result.groupSize
    let coefficients = coefficients.start(of: Float.self) + place * rows.stride
    for panel in 0..<Self.panels where panel * Tile.lanes < rows.channels.count {
      let offset = rows.offset(place, panel: panel)
      var wanted =
        Vector(at: rows.weights + offset)
        + Vector(at: rows.fedBack + (place - block.lowerBound) * Self.width + panel * Tile.lanes)
      for later in place + 1..<max(block.upperBound, place + 1) {
        let error = Vector(at: rows.errors + rows.offset(later, panel: panel))
        wanted += error * Vector(repeating: coefficients[later])
      }
      for lane in 0..<min(Tile.lanes, rows.channels.count - panel * Tile.lanes) {
        let row = panel * Tile.lanes + lane
        let scale = scales[row][group]
        let value = ChannelQuantizer.quantize(wanted[lane], inverseScale: scale > 0 ? 1 / scale : 0)
        rows.errors[offset + lane] = rows.weights[offset + lane] - scale * Float(value)
        result.store(
          value, channel: rows.channels[rows.channels.startIndex + row].index, input: feedback.order[place])
      }
    }
  }

  private func finish(
    _ rows: Rows, _ scales: [ChannelScales], _ means: [Float], into result: QuantizedLinear
  ) {
    for (lane, channel) in rows.channels.enumerated() {
      let errors = rows.errors + rows.offset(0, panel: lane / Tile.lanes) + lane % Tile.lanes
      var shift: Float = 0
      for (place, input) in feedback.order.enumerated() { shift += errors[place * Tile.lanes] * means[input] }
      result.store(scales[lane], bias: channel.bias + shift, channel: channel.index)
    }
  }
}
