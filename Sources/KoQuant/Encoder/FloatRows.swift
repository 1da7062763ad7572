/// Rows of floats somewhere in a workspace.
struct FloatRows {
  let base: UnsafeMutablePointer<Float>
  let stride: Int

  init(_ base: UnsafeMutablePointer<Float>, _ stride: Int) {
    self.base = base
    self.stride = stride
  }

  /// The rows that a product has to write to so that its `channel` becomes the first one here.
  func placing(channel: Int) -> FloatRows { FloatRows(base - channel, stride) }
}
