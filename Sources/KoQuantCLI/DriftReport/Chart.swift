import Evaluation

/// A chart as inline SVG: axes with labels, and what is drawn into them in the units of the data.
///
/// Drawn for the width of a phone, 400 units, so that its letters stay readable there; larger screens enlarge it.
struct Chart {
  private static let width = 400.0
  private static let height = 230.0
  private static let left = 52.0
  private static let right = 10.0
  private static let top = 24.0
  private static let bottom = 40.0

  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  private var marks = HTML()

  /// A side without extent is widened, so that everything has a place.
  init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
    self.x = x.lowerBound < x.upperBound ? x : x.lowerBound...x.lowerBound + 1
    self.y = y.lowerBound < y.upperBound ? y : y.lowerBound...y.lowerBound + 1
  }

  private func place(x value: Double) -> Double {
    let share = (value - x.lowerBound) / (x.upperBound - x.lowerBound)
    return Self.left + share * (Self.width - Self.left - Self.right)
  }

  private func place(y value: Double) -> Double {
    let share = (value - y.lowerBound) / (y.upperBound - y.lowerBound)
    return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
  }

  private func number(_ value: Double) -> String { value.decimals(1) }

  /// A bar from the lower end of the y axis; `label` is what a pointer over it shows.
  mutating func bar(_ range: ClosedRange<Double>, to value: Double, _ label: String) {
    let (start, end) = (place(x: range.lowerBound), place(x: range.upperBound))
    let (low, high) = (place(y: y.lowerBound), place(y: value))
    let attributes: HTML.Attributes = [
      "class": "bar", "x": number(start + 0.5), "y": number(high), "width": number(max(end - start - 1, 1)),
      "height": number(low - high),
    ]
    marks.element("rect", attributes) { $0.element("title", text: label) }
  }

  /// Points joined by a line, in the colour of series `index` from 0.
  mutating func line(_ points: [(x: Double, y: Double, label: String)], series index: Int) {
    let places = points.map { (x: number(place(x: $0.x)), y: number(place(y: $0.y)), label: $0.label) }
    marks.empty(
      "polyline",
      ["class": "line s\(index)", "points": places.map { "\($0.x),\($0.y)" }.joined(separator: " ")])
    for place in places {
      marks.element("circle", ["class": "dot s\(index)", "cx": place.x, "cy": place.y, "r": "3"]) {
        $0.element("title", text: place.label)
      }
    }
  }

  /// A label under the x axis.
  mutating func label(x value: Double, _ text: String) {
    let (x, y) = (place(x: value), Self.height - Self.bottom + 14)
    marks.element(
      "text", ["class": "tick", "x": number(x), "y": number(y), "text-anchor": "middle"], text: text)
  }

  /// Lines across at round values, labelled on the left.
  mutating func grid(lines: Int = 5, _ label: (Double) -> String) {
    let step = niceStep(atLeast: (y.upperBound - y.lowerBound) / Double(lines))
    var value = (y.lowerBound / step).rounded(.up) * step
    while value <= y.upperBound {
      let place = place(y: value)
      marks.empty(
        "line",
        [
          "class": "grid", "x1": number(Self.left), "x2": number(Self.width - Self.right),
          "y1": number(place),
          "y2": number(place),
        ])
      let attributes: HTML.Attributes = [
        "class": "tick", "x": number(Self.left - 6), "y": number(place + 4), "text-anchor": "end",
      ]
      marks.element("text", attributes, text: label(value))
      value += step
    }
  }

  /// The picture with what its axes mean; `description` is for those who do not see it.
  func svg(x xTitle: String, y yTitle: String, description: String) -> HTML {
    var html = HTML()
    let attributes: HTML.Attributes = [
      "viewBox": "0 0 \(number(Self.width)) \(number(Self.height))", "role": "img", "aria-label": description,
    ]
    html.element("svg", attributes) { svg in
      svg.append(marks)
      svg.element("text", ["class": "axis", "x": "4", "y": "12"], text: yTitle)
      svg.element(
        "text",
        [
          "class": "axis", "x": number(Self.width - Self.right), "y": number(Self.height - 6),
          "text-anchor": "end",
        ], text: xTitle)
    }
    return html
  }
}
