"""Flow: is it stable, how long does work take, and what is late?"""

from leanfolio.views.flow.flow import FLOW_COLUMNS, FlowView, flow_view

__all__ = ["FLOW_COLUMNS", "FlowView", "flow_view"]
