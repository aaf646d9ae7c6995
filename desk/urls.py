from django.urls import path, register_converter

from cases.converters import CaseReference
from desk.views import bulk, day, drafts, log_case, queue, search

register_converter(CaseReference, "draft")

app_name = "desk"

urlpatterns = [
    path("", day.my_day, name="my_day"),
    path("cases/", queue.queue, name="queue"),
    path("cases/filter/", queue.narrow, name="narrow"),
    path("cases/counts/", queue.counts, name="counts"),
    path("cases/export/", queue.export, name="export"),
    path("cases/views/", queue.view_list, name="saved_views"),
    path("cases/views/save/", queue.save_view, name="save_view"),
    path("cases/views/<int:pk>/delete/", queue.delete_view, name="delete_view"),
    path("cases/bulk/", bulk.bulk_change, name="bulk"),
    path("cases/bulk/<int:pk>/", bulk.bulk_result, name="bulk_result"),
    path("cases/bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk_undo"),
    path("cases/next/", day.next_case, name="next_case"),
    path("cases/next/skip/", day.skip, name="skip"),
    path("cases/next/stop/", day.stop, name="stop"),
    path("cases/new/", log_case.log_case, name="log_case"),
    path("cases/new/customers/", log_case.customer_options, name="customer_options"),
    path("cases/new/<draft:number>/", log_case.log_draft, name="log_draft"),
    path("cases/new/<draft:number>/save/", log_case.save, name="save"),
    path("cases/new/<draft:number>/preview/", log_case.preview, name="preview"),
    path("cases/new/<draft:number>/update/", log_case.update, name="update"),
    path("cases/new/<draft:number>/same/", log_case.add_to_case, name="add_to_case"),
    path("cases/new/<draft:number>/discard/", drafts.discard, name="discard"),
    path("cases/new/<draft:number>/restore/", drafts.restore, name="restore"),
    path("search/", search.search, name="search"),
    path("search/<uuid:pk>/", search.results, name="results"),
    path("drafts/", drafts.draft_list, name="drafts"),
]
